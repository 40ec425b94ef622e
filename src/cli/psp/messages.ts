import { defineMessages, withParticle } from '../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** What `haetae psp` says around the engine's own words. */
export const pspMessages = defineMessages('psp', {
  noPolicies: {
    en: (_: NoData) => 'there is no usable PodSecurityPolicy in the input',
    ko: (_: NoData) => '입력에 쓸 수 있는 파드시큐리티폴리시(PodSecurityPolicy)가 없습니다',
  },
  noPods: {
    en: (_: NoData) => 'there is no pod and no workload in the input',
    ko: (_: NoData) => '입력에 파드나 워크로드가 없습니다',
  },
  noTemplate: {
    en: (d: { kind: string; name: string }) => `${d.kind} ${d.name} has no pod spec`,
    ko: (d: { kind: string; name: string }) => `${d.kind} ${d.name}에 파드 스펙이 없습니다`,
  },
  unusablePolicy: {
    en: (d: { policy: string; reason: string }) =>
      `policy ${d.policy} is left out, as the API server leaves it out: ${d.reason}`,
    ko: (d: { policy: string; reason: string }) =>
      `API 서버처럼 폴리시 ${withParticle(d.policy, '을/를')} 제외합니다: ${d.reason}`,
  },
  invalidPolicy: {
    en: (d: { policy: string; reason: string }) => `policy ${d.policy} is not valid: ${d.reason}`,
    ko: (d: { policy: string; reason: string }) =>
      `폴리시 ${d.policy}의 내용이 올바르지 않습니다: ${d.reason}`,
  },
  unknownField: {
    en: (d: { policy: string; field: string }) =>
      `policy ${d.policy}: no PodSecurityPolicy has a field ${d.field}, so it restricts nothing`,
    ko: (d: { policy: string; field: string }) =>
      `폴리시 ${d.policy}: ${withParticle(d.field, '은/는')} PodSecurityPolicy에 없는 필드이므로 아무것도 제한하지 않습니다`,
  },
  allowed: {
    en: (d: { policy: string }) => `allowed by ${d.policy}`,
    ko: (d: { policy: string }) => `허용됨: ${d.policy}`,
  },
  allowedChanged: {
    en: (d: { policy: string }) => `allowed by ${d.policy}, which sets`,
    ko: (d: { policy: string }) => `허용됨: ${d.policy}. 이 폴리시가 채우는 값`,
  },
  denied: {
    en: (_: NoData) => 'denied by every policy',
    ko: (_: NoData) => '거부됨: 허용하는 폴리시가 없습니다',
  },
  noneUsable: {
    en: (_: NoData) => 'denied: no policy may be used for it',
    ko: (_: NoData) => '거부됨: 사용할 수 있는 폴리시가 없습니다',
  },
  badServiceAccount: {
    en: (d: { value: string }) => `--service-account takes NAMESPACE:NAME, not "${d.value}"`,
    ko: (d: { value: string }) => `--service-account에는 "${d.value}" 대신 NAMESPACE:NAME 형태로 씁니다`,
  },
  checkSummary: {
    en: (d: { pods: number; denied: number; policies: number }) =>
      `${d.pods} pods and workloads, ${d.policies} policies: ${d.denied} denied`,
    ko: (d: { pods: number; denied: number; policies: number }) =>
      `파드와 워크로드 ${d.pods}개, 폴리시 ${d.policies}개: ${d.denied}개 거부됨`,
  },
  enforce: {
    en: (d: { level: string }) =>
      `${d.level}: enforce it, it refuses nothing that the policy admits by its rules`,
    ko: (d: { level: string }) =>
      `${d.level}: 폴리시의 규칙이 허용하는 파드를 거부하지 않으므로 바로 강제(enforce)할 수 있습니다`,
  },
  warnFirst: {
    en: (d: { level: string; enforce: string }) =>
      `${d.level}: warn and audit first, and enforce ${d.enforce} meanwhile`,
    ko: (d: { level: string; enforce: string }) =>
      `${d.level}: 먼저 경고(warn)와 감사(audit)로 두고, 그동안 강제(enforce)는 ${d.enforce} 수준으로 둡니다`,
  },
  titleLevel: { en: (_: NoData) => 'nearest level', ko: (_: NoData) => '가장 가까운 수준' },
  titleLabels: { en: (_: NoData) => 'namespace labels', ko: (_: NoData) => '네임스페이스 레이블' },
  titleStricter: { en: (_: NoData) => 'what becomes stricter', ko: (_: NoData) => '더 엄격해지는 것' },
  titleLost: { en: (_: NoData) => 'what is lost', ko: (_: NoData) => '잃게 되는 것' },
  titleMutations: { en: (_: NoData) => 'what is no longer set', ko: (_: NoData) => '더는 채워지지 않는 것' },
})
