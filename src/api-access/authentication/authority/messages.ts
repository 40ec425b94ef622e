import { defineMessages } from '../../../messages/index.ts'

export const authorityMessages = defineMessages('authority', {
  renewal: {
    en: (d: { reason: string }) => `the serving certificate could not be renewed: ${d.reason}`,
    ko: (d: { reason: string }) => `서버 인증서를 갱신하지 못했습니다: ${d.reason}`,
  },
  request: {
    en: (_: object) =>
      'the certificate request is malformed, not signed with its own key, or its key is too weak (RSA from 2048 bits, ECDSA P-256, P-384, P-521)',
    ko: (_: object) =>
      '인증서 서명 요청의 형식이 잘못되었거나, 자신의 키로 서명되지 않았거나, 키가 약합니다(RSA 2048비트 이상, ECDSA P-256, P-384, P-521)',
  },
})
