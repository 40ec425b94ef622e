import { defineMessages, withParticle } from '../../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** Why a file of a `staticManifestsDir` cannot be used. */
export const manifestMessages = defineMessages('admission-manifests', {
  kind: {
    en: (d: { plugin: string; given: string; kinds: readonly string[] }) =>
      `${d.plugin} takes ${d.kinds.join(', ')} of admissionregistration.k8s.io/v1 from files, not ${d.given}`,
    ko: (d: { plugin: string; given: string; kinds: readonly string[] }) =>
      `${withParticle(d.plugin, '은/는')} 파일에서 admissionregistration.k8s.io/v1의 ${d.kinds.join(', ')}만 받습니다: ${d.given}`,
  },
  suffix: {
    en: (d: { name: string; suffix: string }) => `the name "${d.name}" has to end with ${d.suffix}`,
    ko: (d: { name: string; suffix: string }) => `이름 "${d.name}"의 끝은 ${d.suffix} 형태여야 합니다`,
  },
  twice: {
    en: (d: { kind: string; name: string }) => `${d.kind} "${d.name}" stands twice`,
    ko: (d: { kind: string; name: string }) =>
      `${d.kind} ${withParticle(`"${d.name}"`, '이/가')} 두 번 있습니다`,
  },
  field: {
    en: (d: { field: string }) => `unknown field "${d.field}"`,
    ko: (d: { field: string }) => `알 수 없는 필드 "${d.field}"`,
  },
  policy: {
    en: (d: { name: string }) => `the policy "${d.name}" is not among the files`,
    ko: (d: { name: string }) => `정책 ${withParticle(`"${d.name}"`, '이/가')} 파일 가운데 없습니다`,
  },
  params: {
    en: (_: NoData) => 'paramKind needs apiVersion and kind',
    ko: (_: NoData) => 'paramKind에는 apiVersion과 kind가 필요합니다',
  },
  expression: {
    en: (d: { source: string; problem: string }) => `the expression ${d.source}: ${d.problem}`,
    ko: (d: { source: string; problem: string }) => `표현식 ${d.source}: ${d.problem}`,
  },
  url: {
    en: (_: NoData) => 'a webhook of a file is reached by clientConfig.url, which begins with https://',
    ko: (_: NoData) => '파일에 둔 웹훅은 https://로 시작하는 clientConfig.url로만 호출합니다',
  },
  'side-effects': {
    en: (_: NoData) => 'sideEffects has to be None or NoneOnDryRun',
    ko: (_: NoData) => 'sideEffects는 None이나 NoneOnDryRun이어야 합니다',
  },
  versions: {
    en: (_: NoData) => 'admissionReviewVersions has to name v1 or v1beta1',
    ko: (_: NoData) => 'admissionReviewVersions에는 v1이나 v1beta1이 있어야 합니다',
  },
})
