import { defineMessages } from '../../../messages/index.ts'
import { verbatim } from '../verbatim.ts'

export const chainMessages = defineMessages('authorization', {
  'not-told': verbatim((_: object) => ''),
  /** Each without an opinion said why; as Kubernetes joins them. */
  reasons: verbatim((d: { reasons: readonly string[] }) => d.reasons.join('\n')),
  failed: {
    en: (d: { authorizer: string; reason: string }) => `the authorizer ${d.authorizer} failed: ${d.reason}`,
    ko: (d: { authorizer: string; reason: string }) =>
      `인가 모듈 ${d.authorizer}에서 오류가 발생했습니다: ${d.reason}`,
  },
  'always-deny': verbatim((_: object) => 'Everything is forbidden.'),
})
