import { defineMessages, withParticle } from '../../../messages/index.ts'

/** Why the claims of a token that is properly signed give no user. */
export const oidcMessages = defineMessages('oidc', {
  'claim-missing': {
    en: (d: { claim: string }) => `the token has no usable claim ${d.claim}`,
    ko: (d: { claim: string }) => `토큰에 사용할 수 있는 ${d.claim} 클레임이 없습니다`,
  },
  'claim-value': {
    en: (d: { claim: string }) => `the claim ${d.claim} does not have the required value`,
    ko: (d: { claim: string }) => `${d.claim} 클레임의 값이 요구된 값과 다릅니다`,
  },
  'claim-source-unknown': {
    en: (_: object) => '_claim_names and _claim_sources of the token are malformed, or do not fit each other',
    ko: (_: object) => '토큰의 _claim_names, _claim_sources 항목이 형식에 맞지 않거나 서로 맞지 않습니다',
  },
  'claim-source': {
    en: (d: { claim: string; source: string; reason: string }) =>
      `the claim ${d.claim} cannot be had from ${d.source}, which the token names for it: ${d.reason}`,
    ko: (d: { claim: string; source: string; reason: string }) =>
      `토큰이 가리키는 ${d.source} 주소에서 ${d.claim} 클레임을 얻지 못했습니다: ${d.reason}`,
  },
  'email-not-verified': {
    en: (_: object) => 'the e-mail address is not verified',
    ko: (_: object) => '전자 우편 주소가 확인되지 않았습니다',
  },
  expression: {
    en: (d: { field: string; error: string }) => `${d.field} could not be evaluated: ${d.error}`,
    ko: (d: { field: string; error: string }) => `${d.field} 표현식을 평가하지 못했습니다: ${d.error}`,
  },
  result: {
    en: (d: { field: string; wanted: string }) => `${d.field} must give ${d.wanted}`,
    ko: (d: { field: string; wanted: string }) =>
      `${withParticle(d.field, '은/는')} ${d.wanted} 값을 내야 합니다`,
  },
  rule: {
    en: (d: { expression: string; message: string }) =>
      `validation expression '${d.expression}' failed${d.message === '' ? '' : `: ${d.message}`}`,
    ko: (d: { expression: string; message: string }) =>
      `검증 표현식 '${d.expression}' 조건을 만족하지 않습니다${d.message === '' ? '' : `: ${d.message}`}`,
  },
})
