import { defineMessages } from '../../messages/index.ts'

/** Why a credential is not good. For the log: the client is told 401 and no more. */
export const authenticationMessages = defineMessages('authentication', {
  'certificate-untrusted': {
    en: (d: { subject: string }) =>
      `the client certificate "${d.subject}" was not issued by a trusted authority`,
    ko: (d: { subject: string }) => `클라이언트 인증서 "${d.subject}"의 발급자를 신뢰할 수 없습니다`,
  },
  'certificate-time': {
    en: (d: { subject: string; from: string; to: string }) =>
      `the certificate "${d.subject}" is valid from ${d.from} to ${d.to}, and not now`,
    ko: (d: { subject: string; from: string; to: string }) =>
      `인증서 "${d.subject}"의 유효 기간(${d.from} ~ ${d.to})이 아닙니다`,
  },
  'certificate-purpose': {
    en: (d: { subject: string }) => `the certificate "${d.subject}" is not meant for client authentication`,
    ko: (d: { subject: string }) => `인증서 "${d.subject}"의 용도에 클라이언트 인증이 없습니다`,
  },
  'certificate-extension': {
    en: (d: { subject: string; oid: string }) =>
      `the certificate "${d.subject}" has a critical extension that is not understood (${d.oid})`,
    ko: (d: { subject: string; oid: string }) =>
      `인증서 "${d.subject}"에 해석할 수 없는 중요(critical) 확장이 있습니다(${d.oid})`,
  },
  'certificate-subject': {
    en: (d: { subject: string }) => `the client certificate "${d.subject}" names no user`,
    ko: (d: { subject: string }) => `클라이언트 인증서 "${d.subject}"에 사용자 이름이 없습니다`,
  },
  'front-proxy-name': {
    en: (d: { name: string }) => `"${d.name}" is not among the front proxies that are allowed to name users`,
    ko: (d: { name: string }) => `"${d.name}" 항목은 사용자를 전달할 수 있는 프런트 프록시 목록에 없습니다`,
  },
  'front-proxy-header': {
    en: (d: { header: string }) => `the front proxy sent the header ${d.header} more than once`,
    ko: (d: { header: string }) => `프런트 프록시가 ${d.header} 헤더를 두 번 이상 보냈습니다`,
  },
  'several-credentials': {
    en: (_: object) => 'the request has more than one Authorization header',
    ko: (_: object) => '요청에 Authorization 헤더가 둘 이상 있습니다',
  },
  'token-size': {
    en: (d: { limit: number }) => `the bearer token is longer than ${d.limit} bytes`,
    ko: (d: { limit: number }) => `베어러 토큰이 ${d.limit}바이트보다 깁니다`,
  },
  'token-unknown': {
    en: (_: object) => 'no authenticator knows the bearer token',
    ko: (_: object) => '베어러 토큰을 알아보는 인증 방식이 없습니다',
  },
  'authenticator-failed': {
    en: (d: { authenticator: string; reason: string }) =>
      `the authenticator ${d.authenticator} failed: ${d.reason}`,
    ko: (d: { authenticator: string; reason: string }) =>
      `인증 방식 ${d.authenticator}에서 오류가 났습니다: ${d.reason}`,
  },
})
