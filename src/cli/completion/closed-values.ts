/** Values of an option, by the option's long name. */
type Values = Readonly<Record<string, string>>

const SEVERITIES = 'critical high medium low none'
const PRIORITIES = 'Emergency Alert Critical Error Warning Notice Informational Debug'
const SENSORS = 'auto ebpf bpftrace connector proc'
const MODES = 'ABAC AlwaysAllow AlwaysDeny Node RBAC Webhook'
const GATE_STAGES =
  'NamespaceLifecycle LimitRanger ServiceAccount NodeRestriction AlwaysPullImages PodSecurity PodSecurityPolicy PodNodeSelector DefaultTolerationSeconds PodTolerationRestriction EventRateLimit DenyServiceExternalIPs MutatingAdmissionPolicy MutatingAdmissionWebhook ValidatingAdmissionPolicy ValidatingAdmissionWebhook ResourceQuota'
const ARCHITECTURES =
  'SCMP_ARCH_X86 SCMP_ARCH_X86_64 SCMP_ARCH_X32 SCMP_ARCH_ARM SCMP_ARCH_AARCH64 SCMP_ARCH_MIPS SCMP_ARCH_MIPS64 SCMP_ARCH_MIPS64N32 SCMP_ARCH_MIPSEL SCMP_ARCH_MIPSEL64 SCMP_ARCH_MIPSEL64N32 SCMP_ARCH_PPC SCMP_ARCH_PPC64 SCMP_ARCH_PPC64LE SCMP_ARCH_S390 SCMP_ARCH_S390X SCMP_ARCH_PARISC SCMP_ARCH_PARISC64 SCMP_ARCH_RISCV64'

/**
 * What options take that take one of a few values, by command; `--lang`, which every command has, apart. Written out: the
 * rooms that know these values take seconds to load, and a shell asks for its script whenever it starts. The tests hold
 * each list to what the command itself says it takes.
 */
export const CLOSED_VALUES: Readonly<Record<string, Values>> = {
  scan: {
    '--format': 'pretty json jsonl sarif junit markdown html',
    '--level': 'privileged baseline restricted',
    '--fail-on': SEVERITIES,
  },
  explain: { '--format': 'table json', '--runtime': 'containerd cri-o' },
  'checks list': { '--format': 'table json' },
  'psp check': { '--format': 'text json' },
  'psp migrate': { '--format': 'text json' },
  'audit lint': { '--format': 'text json jsonl sarif junit markdown html', '--fail-on': SEVERITIES },
  'audit explain': { '--format': 'text json' },
  'audit simulate': { '--format': 'text json' },
  'audit cover': { '--format': 'text json', '--fail-on': 'blind partial unselective output none' },
  'audit minimal': { '--format': 'yaml json' },
  'audit show': {
    // `text` and `json` with --stats, the others without.
    '--format': 'table jsonl text json',
    '--stage': 'RequestReceived ResponseStarted ResponseComplete Panic',
  },
  'audit verify': { '--format': 'text json' },
  'rules check': { '--format': 'text json', '--fail-on': 'error warning none' },
  'rules list': { '--format': 'text json', '--priority': PRIORITIES },
  'rules describe': { '--format': 'text json' },
  'rules test': { '--format': 'text json' },
  detect: {
    '--format': 'text json jsonl',
    '--match': 'first all',
    '--source': 'syscall k8s_audit',
    '--sensor': SENSORS,
    '--min-priority': PRIORITIES,
    '--fail-on': `${PRIORITIES} none`,
  },
  capture: { '--sensor': SENSORS },
  proc: { '--format': 'text json', '--fail-on': SEVERITIES },
  immutability: { '--format': 'text json', '--fail-on': 'none changed', '--sensor': SENSORS },
  profile: {
    '--format': 'text json',
    '--base': 'containerd crio docker none',
    '--architecture': ARCHITECTURES,
    '--sensor': SENSORS,
  },
  trace: { '--format': 'text json jsonl', '--sensor': 'auto ebpf strace' },
  admission: {
    '--failure-policy': 'Fail Ignore',
    '--enable-admission-plugins': GATE_STAGES,
    '--disable-admission-plugins': GATE_STAGES,
  },
  up: { '--format': 'text jsonl' },
  gateway: { '--authorization-mode': MODES, '--enable-admission-plugins': GATE_STAGES },
  'user list': { '--format': 'text json' },
  login: { '--exec-api-version': 'v1 v1beta1' },
  webhook: { '--authorization-mode': MODES },
}
