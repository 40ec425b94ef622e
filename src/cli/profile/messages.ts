import { defineMessages, withParticle } from '../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** What `haetae profile` says, besides the reasons of a proposal. */
export const profileCommandMessages = defineMessages('profile-command', {
  'no-input': {
    en: (_: NoData) => 'say what the proposal rests on: --live, --events FILE…, or --recording FILE…',
    ko: (_: NoData) =>
      '무엇을 바탕으로 제안할지 지정하십시오: --live, --events 파일…, 또는 --recording 파일…',
  },
  'bad-recording': {
    en: (d: { file: string; line: number }) =>
      `${d.file}:${d.line}: this line is no recording of haetae profile`,
    ko: (d: { file: string; line: number }) =>
      `${d.file}:${d.line}: 이 줄은 haetae profile의 기록이 아닙니다`,
  },
  'bad-profile': {
    en: (d: { file: string }) => `${d.file} is no seccomp profile`,
    ko: (d: { file: string }) => `${withParticle(d.file, '은/는')} seccomp 프로파일이 아닙니다`,
  },
  'bad-user': {
    en: (d: { user: string }) => `--user takes a number from 1 on, not "${d.user}"`,
    ko: (d: { user: string }) => `--user에는 1 이상의 숫자를 써야 합니다. "${d.user}"`,
  },
  'nothing-seen': {
    en: (d: { seen: readonly string[] }) =>
      d.seen.length === 0
        ? 'no container was seen'
        : `none of the containers that were seen is meant: ${d.seen.join('; ')}`,
    ko: (d: { seen: readonly string[] }) =>
      d.seen.length === 0
        ? '컨테이너가 보이지 않았습니다'
        : `보인 컨테이너 중에 해당하는 것이 없습니다: ${d.seen.join('; ')}`,
  },
  'several-seen': {
    en: (d: { seen: readonly string[] }) =>
      `several different containers were seen; say which with --pod, --name or --container: ${d.seen.join('; ')}`,
    ko: (d: { seen: readonly string[] }) =>
      `서로 다른 컨테이너가 여럿 보였습니다. --pod, --name, --container로 고르십시오: ${d.seen.join('; ')}`,
  },
  'not-patched': {
    en: (d: { reason: string }) => `the manifest could not be patched in place: ${d.reason}`,
    ko: (d: { reason: string }) => `매니페스트를 그 자리에서 고치지 못했습니다: ${d.reason}`,
  },
  heading: {
    en: (d: { name: string; recordings: number }) =>
      `Proposal for ${d.name}, from ${d.recordings} ${d.recordings === 1 ? 'recording' : 'recordings'}`,
    ko: (d: { name: string; recordings: number }) => `${d.name}에 대한 제안 (기록 ${d.recordings}개)`,
  },
  calls: {
    en: (d: { observed: number; allowed: number }) =>
      `${d.observed} system calls were observed; with those of the runtime the profile allows ${d.allowed}`,
    ko: (d: { observed: number; allowed: number }) =>
      `시스템 콜 ${d.observed}개를 관찰했습니다. 런타임의 콜을 더해 프로파일은 ${d.allowed}개를 허용합니다`,
  },
  completeness: {
    en: (d: { percent: number; unseen: number }) =>
      `estimated completeness ${d.percent} % (${d.unseen} further calls to be expected)`,
    ko: (d: { percent: number; unseen: number }) =>
      `추정 완전성 ${d.percent}% (콜 ${d.unseen}개가 더 있을 것으로 추정)`,
  },
  startCalls: {
    en: (d: { count: number }) =>
      `${d.count} of these are what programs call to start (loader, C library, shell, listening), since the start was not seen`,
    ko: (d: { count: number }) =>
      `시작을 보지 못해 프로그램이 시작할 때 쓰는 콜 ${d.count}개를 더했습니다(로더, C 라이브러리, 셸, 수신 준비)`,
  },
  steadyCompleteness: {
    en: (d: { percent: number; unseen: number }) =>
      `completeness is not known: the start was not seen; of what comes behind it an estimated ${d.percent} % was (${d.unseen} further calls to be expected)`,
    ko: (d: { percent: number; unseen: number }) =>
      `완전성을 알 수 없습니다. 시작을 보지 못했습니다. 시작 뒤의 것은 ${d.percent}%를 본 것으로 추정합니다(콜 ${d.unseen}개가 더 있을 것으로 추정)`,
  },
  nothingEstimated: {
    en: (_: NoData) =>
      'completeness is not known: the start was not seen, and too little of what comes behind it',
    ko: (_: NoData) => '완전성을 알 수 없습니다. 시작을 보지 못했고 그 뒤에 지켜본 시간도 너무 짧습니다',
  },
  noEstimate: {
    en: (_: NoData) => 'completeness cannot be estimated: too little was watched behind the start',
    ko: (_: NoData) => '완전성을 추정할 수 없습니다. 시작 뒤에 지켜본 시간이 너무 짧습니다',
  },
  phases: {
    en: (d: {
      start: number
      startCalls: number
      steady: number
      steadyCalls: number
      isStartSeen: boolean
    }) =>
      `${d.isStartSeen ? 'start-up' : 'beginning (not the start)'}: ${d.startCalls} calls in ${d.start} s; steady: ${d.steadyCalls} calls in ${d.steady} s`,
    ko: (d: {
      start: number
      startCalls: number
      steady: number
      steadyCalls: number
      isStartSeen: boolean
    }) =>
      `${d.isStartSeen ? '시작' : '처음(시작은 아님)'}: ${d.start}초 동안 콜 ${d.startCalls}개, 안정: ${d.steady}초 동안 콜 ${d.steadyCalls}개`,
  },
  capabilities: {
    en: (d: { names: readonly string[] }) =>
      d.names.length === 0 ? 'capabilities: none was used' : `capabilities used: ${d.names.join(', ')}`,
    ko: (d: { names: readonly string[] }) =>
      d.names.length === 0
        ? '리눅스 기능(capability): 쓴 것이 없습니다'
        : `쓴 리눅스 기능(capability): ${d.names.join(', ')}`,
  },
  capabilitiesLeft: {
    en: (_: NoData) =>
      'the patch leaves capabilities as they are: the start, which was not seen, may need others',
    ko: (_: NoData) =>
      '패치는 리눅스 기능(capability)을 그대로 둡니다. 보지 못한 시작에는 다른 기능이 필요할 수 있습니다',
  },
  nonRoot: {
    en: (d: { verdict: string; user: number | null }) =>
      d.verdict === 'yes'
        ? `non-root would do${d.user === null ? '' : ` (user ${d.user})`}`
        : d.verdict === 'no'
          ? 'non-root would not do as it is'
          : 'whether non-root would do is not known',
    ko: (d: { verdict: string; user: number | null }) =>
      d.verdict === 'yes'
        ? `root가 아니어도 됩니다${d.user === null ? '' : ` (사용자 ${d.user})`}`
        : d.verdict === 'no'
          ? '지금 그대로는 root가 필요합니다'
          : 'root가 아니어도 되는지 알 수 없습니다',
  },
  readOnlyRoot: {
    en: (d: { verdict: string; folders: readonly string[] }) =>
      d.verdict === 'yes'
        ? `the root can be read-only${d.folders.length === 0 ? '' : ` with emptyDirs at ${d.folders.join(', ')}`}`
        : d.verdict === 'no'
          ? 'the root cannot be read-only as it is'
          : 'whether the root can be read-only is not known',
    ko: (d: { verdict: string; folders: readonly string[] }) =>
      d.verdict === 'yes'
        ? `루트를 읽기 전용으로 할 수 있습니다${d.folders.length === 0 ? '' : `. emptyDir가 필요한 곳: ${d.folders.join(', ')}`}`
        : d.verdict === 'no'
          ? '지금 그대로는 루트를 읽기 전용으로 할 수 없습니다'
          : '루트를 읽기 전용으로 할 수 있는지 알 수 없습니다',
  },
  escalation: {
    en: (d: { verdict: string }) =>
      d.verdict === 'yes'
        ? 'privilege escalation can be forbidden'
        : d.verdict === 'no'
          ? 'privilege escalation is needed'
          : 'whether privilege escalation can be forbidden is not known',
    ko: (d: { verdict: string }) =>
      d.verdict === 'yes'
        ? '권한 상승을 금지할 수 있습니다'
        : d.verdict === 'no'
          ? '권한 상승이 필요합니다'
          : '권한 상승을 금지할 수 있는지 알 수 없습니다',
  },
  ports: {
    en: (d: { ports: readonly string[] }) => `listens on ${d.ports.join(', ')}`,
    ko: (d: { ports: readonly string[] }) => `수신 포트: ${d.ports.join(', ')}`,
  },
  level: {
    en: (d: { level: string }) => `patched, it passes the Pod Security level ${d.level}`,
    ko: (d: { level: string }) => `패치하면 파드 시큐리티 수준 ${withParticle(d.level, '을/를')} 통과합니다`,
  },
  'level-misses': {
    en: (d: { level: string; reasons: string }) => `not ${d.level}: ${d.reasons}`,
    ko: (d: { level: string; reasons: string }) => `${d.level} 수준이 아닌 이유: ${d.reasons}`,
  },
  wrote: {
    en: (d: { path: string }) => `written: ${d.path}`,
    ko: (d: { path: string }) => `쓴 파일: ${d.path}`,
  },
  install: {
    en: (d: { profile: string }) =>
      `the profile goes to ${d.profile} below the kubelet's seccomp folder (/var/lib/kubelet/seccomp) of each node`,
    ko: (d: { profile: string }) =>
      `프로파일은 각 노드의 kubelet seccomp 폴더(/var/lib/kubelet/seccomp) 아래 ${d.profile}에 둡니다`,
  },
  outside: {
    en: (d: { call: string; source: string; count: number; programs: readonly string[] }) =>
      `${d.call}: ${d.source === 'audit' ? "the kernel's audit log" : 'observed'}, ${d.count === 1 ? 'once' : `${d.count} times`}${d.programs.length === 0 ? '' : ` (${d.programs.join(', ')})`}`,
    ko: (d: { call: string; source: string; count: number; programs: readonly string[] }) =>
      `${d.call}: ${d.source === 'audit' ? '커널 감사 로그' : '관찰'}, ${d.count}번${d.programs.length === 0 ? '' : ` (${d.programs.join(', ')})`}`,
  },
  'no-records': {
    en: (d: { file: string }) =>
      `${d.file} has no record of seccomp: nothing was refused or logged, or the kernel does not write it there (auditd, and log in kernel.seccomp.actions_logged)`,
    ko: (d: { file: string }) =>
      `${d.file}에 seccomp 기록이 없습니다. 막거나 기록한 콜이 없었거나, 커널이 거기에 쓰지 않습니다(auditd와 kernel.seccomp.actions_logged의 log를 확인하십시오)`,
  },
  'not-all-calls': {
    en: (_: NoData) =>
      'the source does not tell of all system calls: the profile may have refused others; verify with --live or --audit-log',
    ko: (_: NoData) =>
      '모든 시스템 콜을 알려 주는 소스가 아니므로 프로파일이 다른 콜을 더 막았을 수 있습니다. --live나 --audit-log로 검증하십시오',
  },
  'compat-calls': {
    en: (_: NoData) =>
      'calls were made whose names are not told, such as those of 32-bit programs: the profile may have refused them as well',
    ko: (_: NoData) =>
      '32비트 프로그램의 콜처럼 이름을 알 수 없는 콜이 있었습니다. 프로파일이 이것도 막았을 수 있습니다',
  },
  verified: {
    en: (d: { calls: number }) =>
      d.calls === 0
        ? 'the profile would have refused nothing'
        : `the profile would have refused ${d.calls} ${d.calls === 1 ? 'system call' : 'system calls'}`,
    ko: (d: { calls: number }) =>
      d.calls === 0
        ? '프로파일이 막았을 콜이 없습니다'
        : `프로파일이 시스템 콜 ${d.calls}개를 막았을 것입니다`,
  },
})
