import { defineMessages } from '../../../messages/index.ts'
import { verbatim } from '../verbatim.ts'

export const webhookMessages = defineMessages('authorization-webhook', {
  /** The webhook's own words; empty where it had none. */
  said: verbatim((d: { said: string }) => d.said),
  'not-asked': verbatim((_: object) => ''),
  unavailable: {
    en: (d: { webhook: string; reason: string }) =>
      `the authorization webhook ${d.webhook} could not be asked: ${d.reason}`,
    ko: (d: { webhook: string; reason: string }) => `인가 웹훅 ${d.webhook}에 물을 수 없습니다: ${d.reason}`,
  },
  malformed: {
    en: (d: { webhook: string }) =>
      `the authorization webhook ${d.webhook} answered with something else than a SubjectAccessReview`,
    ko: (d: { webhook: string }) => `인가 웹훅 ${d.webhook}의 응답이 SubjectAccessReview가 아닙니다`,
  },
  conditions: {
    en: (d: { webhook: string; errors: readonly string[] }) =>
      `matchConditions of the authorization webhook ${d.webhook} could not be evaluated: ${d.errors.join('; ')}`,
    ko: (d: { webhook: string; errors: readonly string[] }) =>
      `인가 웹훅 ${d.webhook}의 matchConditions를 평가할 수 없습니다: ${d.errors.join('; ')}`,
  },
})
