import { defineMessages } from '../../messages/index.ts'

export const webhookCommandMessages = defineMessages('webhook', {
  ready: {
    en: (d: { address: string }) => `haetae webhook answers on ${d.address}`,
    ko: (d: { address: string }) => `haetae webhook이 ${d.address}에서 응답합니다`,
  },
  flag: {
    en: (d: { flag: string; file: string }) => `give the API server ${d.flag}=${d.file}`,
    ko: (d: { flag: string; file: string }) => `API 서버에 지정할 플래그: ${d.flag}=${d.file}`,
  },
  nothing: {
    en: (_: object) =>
      'there is nothing to answer: choose authorizers (--authorization-mode or --authorization-config), or who is known by a token (--token-auth-file, --authentication-config, …)',
    ko: (_: object) =>
      '응답할 것이 없습니다. 인가 모드(--authorization-mode나 --authorization-config)나 토큰을 확인할 방법(--token-auth-file, --authentication-config 등)을 지정하십시오',
  },
  address: {
    en: (d: { given: string }) => `--listen ${d.given}: expected HOST:PORT`,
    ko: (d: { given: string }) => `--listen ${d.given}: HOST:PORT 형식이어야 합니다`,
  },
  'cannot-listen': {
    en: (d: { address: string; reason: string }) => `cannot listen on ${d.address} (${d.reason})`,
    ko: (d: { address: string; reason: string }) => `${d.address}에서 수신할 수 없습니다: ${d.reason}`,
  },
  trouble: {
    en: (d: { problem: string }) => `a review could not be answered: ${d.problem}`,
    ko: (d: { problem: string }) => `리뷰에 응답하지 못했습니다: ${d.problem}`,
  },
  stopping: {
    en: (_: object) => 'stopping: reviews that are under way are answered',
    ko: (_: object) => '종료합니다. 진행 중인 리뷰에는 응답합니다',
  },
})
