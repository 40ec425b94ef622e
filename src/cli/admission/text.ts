import type { Localized } from '../../messages/index.ts'

/** Help of `haetae admission`. */
export const admissionText = {
  admission: {
    en: 'answer the admission reviews of API servers',
    ko: 'API 서버의 어드미션 리뷰에 답합니다',
  },
  listen: { en: 'address to listen on', ko: '요청을 받을 주소' },
  enable: {
    en: 'admission stages to run besides PodSecurity (names, separated by commas; repeatable)',
    ko: 'PodSecurity와 함께 실행할 어드미션 단계 (쉼표로 구분한 이름, 여러 번 가능)',
  },
  disable: {
    en: 'admission stages not to run (names, separated by commas; repeatable)',
    ko: '실행하지 않을 어드미션 단계 (쉼표로 구분한 이름, 여러 번 가능)',
  },
  config: {
    en: "configuration of the stages: an API server's AdmissionConfiguration, or a PodSecurityConfiguration",
    ko: '단계의 설정: API 서버의 AdmissionConfiguration 또는 PodSecurityConfiguration',
  },
  install: {
    en: 'register with the cluster as an admission webhook, and keep the registration up to date',
    ko: '클러스터에 어드미션 웹훅으로 등록하고 등록을 최신으로 유지합니다',
  },
  uninstall: {
    en: 'take the registration away, and end',
    ko: '등록을 지우고 끝냅니다',
  },
  url: {
    en: 'URL by which API servers reach it, where it does not run in the cluster',
    ko: '클러스터 밖에서 실행할 때 API 서버가 접속할 URL',
  },
  service: {
    en: 'service by which API servers reach it: NAME or NAME:PORT, in its own namespace',
    ko: 'API 서버가 접속할 서비스: 이름 또는 이름:포트. 자신의 네임스페이스에 있어야 합니다',
  },
  namespace: {
    en: "Haetae's own namespace, which is never reviewed",
    ko: '해태 자신의 네임스페이스. 리뷰하지 않습니다',
  },
  failurePolicy: {
    en: 'what API servers do when no replica answers: Fail or Ignore',
    ko: '답하는 레플리카가 없을 때 API 서버가 할 일: Fail(거부) 또는 Ignore(허용)',
  },
  timeout: {
    en: 'seconds that API servers wait for an answer, 1 to 30',
    ko: 'API 서버가 답을 기다리는 시간(초), 1~30',
  },
  tlsCert: {
    en: 'certificate of its own, PEM (default: of an authority that its replicas share in a Secret)',
    ko: '서버 인증서 (PEM, 기본값: 레플리카들이 시크릿으로 함께 쓰는 인증 기관이 발급)',
  },
  tlsKey: { en: 'its private key, PEM', ko: '그 개인 키 (PEM)' },
  tlsCa: {
    en: 'authority of that certificate, PEM, for the registration',
    ko: '그 인증서의 인증 기관 (PEM). 등록할 때 씁니다',
  },
  clientCa: {
    en: 'take reviews only from clients with a certificate of this authority, PEM',
    ko: '이 인증 기관의 인증서가 있는 클라이언트의 리뷰만 받습니다 (PEM)',
  },
  shutdownDelay: {
    en: 'seconds between the signal to stop and the end of listening',
    ko: '종료 신호를 받고 나서 요청을 그만 받을 때까지의 시간(초)',
  },
} satisfies Record<string, Localized>
