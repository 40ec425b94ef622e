import { defineMessages } from '../../../messages/index.ts'

export const tokenReviewMessages = defineMessages('token-review', {
  refused: {
    en: (d: { error: string }) =>
      d.error === ''
        ? 'the token webhook does not know the token'
        : `the token webhook refuses the token: ${d.error}`,
    ko: (d: { error: string }) =>
      d.error === '' ? '토큰 웹훅이 토큰을 알지 못합니다' : `토큰 웹훅이 토큰을 거부했습니다: ${d.error}`,
  },
  unavailable: {
    en: (d: { reason: string }) => `the token webhook could not be asked: ${d.reason}`,
    ko: (d: { reason: string }) => `토큰 웹훅에 물어볼 수 없습니다: ${d.reason}`,
  },
  malformed: {
    en: (_: object) => 'the answer of the token webhook is no TokenReview with a user',
    ko: (_: object) => '토큰 웹훅의 응답이 사용자가 담긴 TokenReview가 아닙니다',
  },
})
