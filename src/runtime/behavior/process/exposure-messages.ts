import { SECRET_KINDS, type SecretKind } from '../../../findings/index.ts'
import { defineMessages, type Language, withParticle } from '../../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** What an exposure says. Values of secrets are in none of the data. */
export const exposureMessages = defineMessages('exposure', {
  secretInEnvironment: {
    en: (d: { variable: string; kind: SecretKind }) =>
      `environment variable ${d.variable} holds ${kindText(d.kind, 'en')}; child processes inherit it, and /proc shows it`,
    ko: (d: { variable: string; kind: SecretKind }) =>
      `환경 변수 ${d.variable}에 ${withParticle(kindText(d.kind, 'ko'), '이/가')} 들어 있습니다. 자식 프로세스가 물려받고 /proc에도 보입니다`,
  },
  secretInArgument: {
    en: (d: { option: string; kind: SecretKind; index: number }) =>
      `argument ${d.index}${d.option === '' ? '' : ` (${d.option})`} holds ${kindText(d.kind, 'en')}; every user of the node can read the command line`,
    ko: (d: { option: string; kind: SecretKind; index: number }) =>
      `인자 ${d.index}${d.option === '' ? '' : `(${d.option})`}에 ${withParticle(kindText(d.kind, 'ko'), '이/가')} 들어 있습니다. 명령줄은 노드의 모든 사용자가 읽을 수 있습니다`,
  },
  secretAsFile: {
    en: (_: NoData) => 'Give it as a file: a Secret mounted as a volume, read by the program when it starts.',
    ko: (_: NoData) => '시크릿을 볼륨으로 마운트하고 프로그램이 시작할 때 파일로 읽게 합니다.',
  },
  token: {
    en: (_: NoData) => "the service account's token can be read below /var/run/secrets/kubernetes.io",
    ko: (_: NoData) => '/var/run/secrets/kubernetes.io 아래에서 서비스 어카운트 토큰을 읽을 수 있습니다',
  },
  noToken: {
    en: (_: NoData) => 'Where the program does not talk to the API: automountServiceAccountToken: false.',
    ko: (_: NoData) => '프로그램이 API를 쓰지 않으면 automountServiceAccountToken: false로 둡니다.',
  },
  memory: {
    en: (d: { path: string }) => `the program exists in memory only (${d.path})`,
    ko: (d: { path: string }) => `프로그램이 메모리에만 있습니다(${d.path})`,
  },
  deletedProgram: {
    en: (d: { path: string }) => `the program's file ${d.path} is deleted`,
    ko: (d: { path: string }) => `프로그램 파일 ${withParticle(d.path, '이/가')} 삭제되었습니다`,
  },
  deletedFile: {
    en: (d: { path: string; descriptor: number; bytes: number }) =>
      `${d.path} is deleted, and can still be read through descriptor ${d.descriptor} (${d.bytes} bytes)`,
    ko: (d: { path: string; descriptor: number; bytes: number }) =>
      `${withParticle(d.path, '은/는')} 삭제되었지만 ${withParticle(`디스크립터 ${d.descriptor}`, '으로/로')} 여전히 읽을 수 있습니다(${d.bytes}바이트)`,
  },
  database: {
    en: (d: { path: string; database: string; descriptor: number; bytes: number }) =>
      `${d.path} is open: a database of ${d.database} (${d.bytes} bytes, descriptor ${d.descriptor})`,
    ko: (d: { path: string; database: string; descriptor: number; bytes: number }) =>
      `${d.database} 데이터베이스 ${withParticle(d.path, '이/가')} 열려 있습니다(${d.bytes}바이트, 디스크립터 ${d.descriptor})`,
  },
  etcdPlain: {
    en: (d: { path: string; plain: number; keys: readonly string[]; old: number }) =>
      `${d.plain} ${d.plain === 1 ? 'Secret lies' : 'Secrets lie'} in ${d.path} in plain text: ${d.keys.join(', ')}${d.plain > d.keys.length ? ', …' : ''}${d.old > 0 ? `; of ${d.old} only older revisions` : ''}`,
    ko: (d: { path: string; plain: number; keys: readonly string[]; old: number }) =>
      `시크릿 ${d.plain}개가 ${d.path}에 평문으로 들어 있습니다: ${d.keys.join(', ')}${d.plain > d.keys.length ? ', …' : ''}${d.old > 0 ? `. 그중 ${d.old}개는 이전 리비전만 평문입니다` : ''}`,
  },
  encryptAtRest: {
    en: (_: NoData) =>
      'Encryption at rest is off: give kube-apiserver an EncryptionConfiguration (--encryption-provider-config) with kms or secretbox first and identity last for resource secrets, write every Secret anew (kubectl get secrets -A -o json | kubectl replace -f -), then compact and defragment etcd. Whoever has a copy of the file or a backup has these Secrets: change them.',
    ko: (_: NoData) =>
      '저장된 데이터 암호화가 꺼져 있습니다. kube-apiserver에 EncryptionConfiguration(--encryption-provider-config)을 주고 secrets 리소스에 kms나 secretbox를 맨 앞, identity를 맨 뒤에 둡니다. 모든 시크릿을 다시 쓴 뒤(kubectl get secrets -A -o json | kubectl replace -f -) etcd를 compact하고 defrag합니다. 이 파일이나 백업의 사본이 있으면 누구나 읽을 수 있으므로 시크릿 값을 바꿉니다.',
  },
  compactEtcd: {
    en: (_: NoData) =>
      'These Secrets are encrypted by now, but older revisions are still in the file: compact and defragment etcd (etcdctl compact REVISION; etcdctl defrag), and change what was readable.',
    ko: (_: NoData) =>
      '지금은 암호화되어 있지만 이전 리비전이 파일에 남아 있습니다. etcd를 compact하고 defrag한 뒤(etcdctl compact 리비전; etcdctl defrag) 읽을 수 있었던 값을 바꿉니다.',
  },
  etcdEncrypted: {
    en: (d: { path: string; count: number; providers: readonly string[] }) =>
      `${d.count} ${d.count === 1 ? 'Secret is' : 'Secrets are'} encrypted in ${d.path} (${d.providers.join(', ')})`,
    ko: (d: { path: string; count: number; providers: readonly string[] }) =>
      `시크릿 ${d.count}개가 ${d.path}에 암호화되어 있습니다(${d.providers.join(', ')})`,
  },
  etcdPartial: {
    en: (d: { path: string }) => `${d.path} is too large: only its beginning was looked at`,
    ko: (d: { path: string }) => `${withParticle(d.path, '이/가')} 너무 커서 앞부분만 살펴봤습니다`,
  },
  hostNamespaces: {
    en: (d: { types: readonly string[] }) => `shares namespaces with the node: ${d.types.join(', ')}`,
    ko: (d: { types: readonly string[] }) => `노드와 네임스페이스를 공유합니다: ${d.types.join(', ')}`,
  },
  ownNamespaces: {
    en: (_: NoData) => 'Remove hostPID, hostNetwork, hostIPC.',
    ko: (_: NoData) => 'hostPID, hostNetwork, hostIPC를 제거합니다.',
  },
  capabilities: {
    en: (d: { names: readonly string[] }) => `has capabilities that reach beyond it: ${d.names.join(', ')}`,
    ko: (d: { names: readonly string[] }) =>
      `컨테이너 밖에 영향을 줄 수 있는 리눅스 기능(capability)이 있습니다: ${d.names.join(', ')}`,
  },
  dropCapabilities: {
    en: (_: NoData) => 'capabilities.drop: [ALL], and add those that are used; haetae profile tells which.',
    ko: (_: NoData) =>
      'capabilities.drop: [ALL]로 두고 쓰는 것만 더합니다. 무엇을 쓰는지는 haetae profile이 알려 줍니다.',
  },
  noSeccomp: {
    en: (_: NoData) => 'no seccomp filter: every system call of the kernel can be reached',
    ko: (_: NoData) => 'seccomp 필터가 없어 커널의 모든 시스템 콜을 부를 수 있습니다',
  },
  useSeccomp: {
    en: (_: NoData) => 'seccompProfile: {type: RuntimeDefault}, or a profile of haetae profile.',
    ko: (_: NoData) =>
      'seccompProfile: {type: RuntimeDefault}, 또는 haetae profile이 만든 프로파일을 씁니다.',
  },
  newPrivileges: {
    en: (_: NoData) => 'may gain privileges through set-id programs: no_new_privs is not set',
    ko: (_: NoData) => 'no_new_privs가 없어 setuid 프로그램으로 권한을 얻을 수 있습니다',
  },
  noNewPrivileges: {
    en: (_: NoData) => 'allowPrivilegeEscalation: false.',
    ko: (_: NoData) => 'allowPrivilegeEscalation: false로 둡니다.',
  },
  root: {
    en: (_: NoData) => 'runs as root, which is root of the node wherever it gets out',
    ko: (_: NoData) => 'root로 실행되므로 컨테이너를 벗어나면 노드의 root가 됩니다',
  },
  nonRoot: {
    en: (_: NoData) => 'runAsNonRoot: true with a runAsUser; or hostUsers: false.',
    ko: (_: NoData) => 'runAsUser와 함께 runAsNonRoot: true, 또는 hostUsers: false로 둡니다.',
  },
  runtimeSocket: {
    en: (d: { path: string }) =>
      `the container runtime's socket is mounted at ${d.path}: who can write to it is root on the node`,
    ko: (d: { path: string }) =>
      `컨테이너 런타임의 소켓이 ${d.path}에 마운트되어 있습니다. 여기에 쓸 수 있으면 노드의 root입니다`,
  },
  hostPath: {
    en: (d: { path: string; root: string }) => `${d.root} of the node is mounted at ${d.path}`,
    ko: (d: { path: string; root: string }) =>
      `노드의 ${withParticle(d.root, '이/가')} ${d.path}에 마운트되어 있습니다`,
  },
  writableHostPath: {
    en: (d: { path: string; root: string }) =>
      `${d.root} of the node is mounted at ${d.path} and can be written to`,
    ko: (d: { path: string; root: string }) =>
      `노드의 ${withParticle(d.root, '이/가')} ${d.path}에 쓰기 가능하게 마운트되어 있습니다`,
  },
  writableRoot: {
    en: (_: NoData) => 'the root file system can be written to',
    ko: (_: NoData) => '루트 파일시스템에 쓸 수 있습니다',
  },
  readOnlyRoot: {
    en: (_: NoData) =>
      'readOnlyRootFilesystem: true with emptyDirs for what is written; haetae profile tells which.',
    ko: (_: NoData) =>
      'readOnlyRootFilesystem: true로 두고 쓰는 경로에는 emptyDir를 둡니다. 어디인지는 haetae profile이 알려 줍니다.',
  },
})

function kindText(kind: SecretKind, language: Language): string {
  if (kind !== 'named') return SECRET_KINDS[kind][language]
  return language === 'en' ? 'a secret, by its name' : '이름으로 보아 시크릿'
}
