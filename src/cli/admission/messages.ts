import { defineMessages, withParticle } from '../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

export const admissionMessages = defineMessages('admission-command', {
  'not-as-webhook': {
    en: (d: { name: string; known: readonly string[] }) =>
      `${d.name} does not work as a webhook; there are ${d.known.join(', ')}`,
    ko: (d: { name: string; known: readonly string[] }) =>
      `${withParticle(d.name, '은/는')} 웹훅으로 실행할 수 없습니다. 쓸 수 있는 것: ${d.known.join(', ')}`,
  },
  'no-stage': {
    en: (_: NoData) => 'all admission stages are disabled: there is nothing to answer',
    ko: (_: NoData) => '어드미션 단계가 모두 꺼져 있어 답할 것이 없습니다',
  },
  'bad-number': {
    en: (d: { option: string; value: string; from: number; to: number }) =>
      `${d.option} takes a number from ${d.from} to ${d.to}, not "${d.value}"`,
    ko: (d: { option: string; value: string; from: number; to: number }) =>
      `${d.option}에는 ${d.from}부터 ${d.to}까지의 수를 쓰십시오: "${d.value}"`,
  },
  'bad-address': {
    en: (d: { address: string }) =>
      `"${d.address}" is not an address to listen on; write HOST:PORT, e.g. 127.0.0.1:8443`,
    ko: (d: { address: string }) =>
      `"${d.address}"에서는 요청을 받을 수 없습니다. 127.0.0.1:8443처럼 호스트:포트로 쓰십시오`,
  },
  'bad-url': {
    en: (d: { url: string }) => `"${d.url}" is not an https URL, which API servers ask for`,
    ko: (d: { url: string }) =>
      `${withParticle(`"${d.url}"`, '은/는')} https URL이 아닙니다. API 서버는 https만 씁니다`,
  },
  registration: {
    en: (d: { problem: string }) => `the cluster does not take the registration: ${d.problem}`,
    ko: (d: { problem: string }) => `클러스터가 등록을 받아들이지 않습니다: ${d.problem}`,
  },
  authority: {
    en: (d: { problem: string }) =>
      `the authority of the replicas cannot be read from its Secret: ${d.problem}; create the namespace, or give --tls-cert and --tls-key`,
    ko: (d: { problem: string }) =>
      `레플리카들이 함께 쓰는 인증 기관을 시크릿에서 읽을 수 없습니다: ${d.problem}. 네임스페이스를 만들거나 --tls-cert와 --tls-key를 지정하십시오`,
  },
  'cannot-listen': {
    en: (d: { address: string; reason: string }) => `cannot listen on ${d.address} (${d.reason})`,
    ko: (d: { address: string; reason: string }) => `${d.address}에서 요청을 받을 수 없습니다: ${d.reason}`,
  },
  'install-and-uninstall': {
    en: (_: NoData) => 'either --install or --uninstall, not both',
    ko: (_: NoData) => '--install과 --uninstall 중 하나만 쓰십시오',
  },
  'config-file': {
    en: (d: { file: string; problem: string }) => `${d.file}: ${d.problem}`,
    ko: (d: { file: string; problem: string }) => `${d.file}: ${d.problem}`,
  },
  manifests: {
    en: (d: { plugin: string; problems: readonly string[] }) =>
      `the manifests of ${d.plugin} cannot be used:\n${d.problems.map((problem) => `  ${problem}`).join('\n')}`,
    ko: (d: { plugin: string; problems: readonly string[] }) =>
      `${d.plugin}의 매니페스트를 쓸 수 없습니다:\n${d.problems.map((problem) => `  ${problem}`).join('\n')}`,
  },
  'manifest-folder': {
    en: (d: { file: string; plugin: string; given: string }) =>
      `${d.file}: staticManifestsDir of ${d.plugin} takes the absolute path of a folder, not "${d.given}"`,
    ko: (d: { file: string; plugin: string; given: string }) =>
      `${d.file}: ${d.plugin}의 staticManifestsDir에는 폴더의 절대 경로를 쓰십시오: "${d.given}"`,
  },
  'manifests-changed': {
    en: (d: { folder: string; count: number }) => `${d.folder} has changed: ${d.count} objects are in force`,
    ko: (d: { folder: string; count: number }) =>
      `${d.folder} 폴더가 바뀌어 오브젝트 ${d.count}개를 적용합니다`,
  },
  listening: {
    en: (d: { address: string; names: readonly string[] }) =>
      `answering admission reviews on https://${d.address} (${d.names.join(', ')})`,
    ko: (d: { address: string; names: readonly string[] }) =>
      `https://${d.address}에서 어드미션 리뷰에 답합니다 (${d.names.join(', ')})`,
  },
  ready: {
    en: (_: NoData) => 'ready: the cluster has been read',
    ko: (_: NoData) => '준비되었습니다: 클러스터를 읽었습니다',
  },
  registered: {
    en: (d: { address: string; excluded: readonly string[] }) =>
      `registered as an admission webhook at ${d.address}; never reviewed: ${d.excluded.join(', ')}`,
    ko: (d: { address: string; excluded: readonly string[] }) =>
      `어드미션 웹훅으로 등록했습니다(${d.address}). 리뷰하지 않는 네임스페이스: ${d.excluded.join(', ')}`,
  },
  'awaiting-service': {
    en: (d: { service: string; reason: string }) =>
      `not registered yet: the service ${d.service} does not lead to a replica yet (${d.reason}); asking again`,
    ko: (d: { service: string; reason: string }) =>
      `아직 등록하지 않았습니다. ${d.service} 서비스가 아직 레플리카로 연결되지 않습니다(${d.reason}). 다시 확인합니다`,
  },
  'service-not-reached': {
    en: (d: { service: string; reason: string; seconds: number }) =>
      `the service ${d.service} did not lead to a replica for ${d.seconds} s (${d.reason}); registering all the same, since not every network lets a pod reach itself by its service. If pods are refused now because the webhook cannot be called, see that the service exists, selects these replicas, and is reached from the API servers; haetae admission --uninstall takes the registration away`,
    ko: (d: { service: string; reason: string; seconds: number }) =>
      `${d.service} 서비스가 ${d.seconds}초 동안 레플리카로 연결되지 않았습니다(${d.reason}). 파드가 자신의 서비스를 거쳐 자신에게 연결할 수 없는 네트워크도 있으므로 그대로 등록합니다. 이제 웹훅을 호출할 수 없다며 파드가 거부되면 서비스가 있는지, 이 레플리카들을 선택하는지, API 서버에서 연결되는지 확인하십시오. haetae admission --uninstall로 등록을 지울 수 있습니다`,
  },
  'policy-left-out': {
    en: (d: { policy: string; resources: readonly string[] }) =>
      `the policy ${d.policy} is not asked about ${d.resources.join(', ')}: no webhook may stand before them; the gate does`,
    ko: (d: { policy: string; resources: readonly string[] }) =>
      `정책 ${withParticle(d.policy, '은/는')} ${d.resources.join(', ')} 리소스에는 적용하지 않습니다. 웹훅이 막아서면 안 되는 리소스이며, 게이트에서는 적용합니다`,
  },
  leading: {
    en: (_: NoData) => 'leading: this replica keeps the registration',
    ko: (_: NoData) => '리더가 되었습니다: 이 레플리카가 등록을 관리합니다',
  },
  unregistered: {
    en: (_: NoData) => 'the registration is gone: nothing is reviewed any more',
    ko: (_: NoData) => '등록을 지웠습니다. 이제 아무것도 리뷰하지 않습니다',
  },
  'new-certificate': {
    en: (d: { until: string }) => `serving a new certificate, valid until ${d.until}`,
    ko: (d: { until: string }) => `새 인증서를 씁니다. 유효 기간: ${d.until}까지`,
  },
  trouble: {
    en: (d: { problem: string }) => `${d.problem}; trying again`,
    ko: (d: { problem: string }) => `${d.problem}. 다시 시도합니다`,
  },
  'stage-failed': {
    en: (d: { stage: string; problem: string }) =>
      `${d.stage} failed, and its request was refused: ${d.problem}`,
    ko: (d: { stage: string; problem: string }) =>
      `${d.stage} 단계가 실패하여 요청을 거부했습니다: ${d.problem}`,
  },
  stopping: {
    en: (_: NoData) => 'stopping: reviews that are there are answered',
    ko: (_: NoData) => '종료합니다. 받은 리뷰까지는 답합니다',
  },
})
