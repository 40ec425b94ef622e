import type { Localized } from '../../messages/index.ts'

export const webhookText = {
  webhook: {
    en: "answer an API server's authorization and token webhooks",
    ko: 'API 서버의 인가 웹훅과 토큰 웹훅에 응답합니다',
  },
  listen: { en: 'HOST:PORT to listen on', ko: '수신할 HOST:PORT' },
  state: {
    en: "folder of Haetae's own authority and of the kubeconfigs for the API server (required)",
    ko: '해태의 인증 기관과 API 서버용 kubeconfig를 두는 폴더 (필수)',
  },
  url: {
    en: 'URL under which the API server reaches this server (default: that of --listen)',
    ko: 'API 서버가 이 서버에 접근하는 URL (기본값: --listen의 주소)',
  },
} satisfies Record<string, Localized>
