import type { Localized } from '../../messages/index.ts'

/** Help of the options that a listener for audit events has. */
export const listenerText = {
  listen: {
    en: "address that the API server's audit webhook posts to, e.g. 0.0.0.0:9765",
    ko: 'API 서버의 감사 웹훅을 받을 주소 (예: 0.0.0.0:9765)',
  },
  path: { en: 'path of the webhook', ko: '웹훅의 경로' },
  tlsCert: { en: 'certificate of the webhook, PEM', ko: '웹훅의 인증서 (PEM)' },
  tlsKey: { en: 'its private key, PEM', ko: '그 개인 키 (PEM)' },
  clientCa: {
    en: 'let in only clients with a certificate of this authority, PEM',
    ko: '이 인증 기관의 인증서가 있는 클라이언트만 받습니다 (PEM)',
  },
  tokenFile: {
    en: 'let in only requests with the bearer token in this file',
    ko: '이 파일에 있는 베어러 토큰으로 온 요청만 받습니다',
  },
} satisfies Record<string, Localized>
