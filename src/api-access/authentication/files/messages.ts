import { defineMessages } from '../../../messages/index.ts'

/** What is said of files that authentication reads. */
export const authenticationFileMessages = defineMessages('authentication-file', {
  unreadable: {
    en: (d: { path: string; reason: string }) => `cannot read ${d.path} (${d.reason})`,
    ko: (d: { path: string; reason: string }) => `${d.path} 파일을 읽을 수 없습니다(${d.reason})`,
  },
  unwritable: {
    en: (d: { path: string; reason: string }) => `cannot write ${d.path} (${d.reason})`,
    ko: (d: { path: string; reason: string }) => `${d.path} 파일을 쓸 수 없습니다(${d.reason})`,
  },
  'too-large': {
    en: (d: { path: string; limit: number }) => `${d.path} is larger than ${d.limit} bytes`,
    ko: (d: { path: string; limit: number }) => `${d.path} 파일의 크기가 ${d.limit}바이트를 넘습니다`,
  },
  'open-to-others': {
    en: (d: { path: string; mode: string }) =>
      `${d.path} holds secrets and others may read it (mode ${d.mode}); run chmod 600 on it`,
    ko: (d: { path: string; mode: string }) =>
      `${d.path} 파일에는 비밀이 들어 있는데 다른 사용자도 읽을 수 있습니다(모드 ${d.mode}). chmod 600으로 바꿉니다`,
  },
  'no-certificates': {
    en: (d: { path: string }) => `${d.path} holds no certificate in PEM form`,
    ko: (d: { path: string }) => `${d.path} 파일에 PEM 형식의 인증서가 없습니다`,
  },
  'bad-certificate': {
    en: (d: { path: string; index: number }) => `certificate ${d.index} of ${d.path} cannot be read`,
    ko: (d: { path: string; index: number }) => `${d.path} 파일의 ${d.index}번째 인증서를 읽을 수 없습니다`,
  },
  'no-keys': {
    en: (d: { path: string }) => `${d.path} holds no public key in PEM form`,
    ko: (d: { path: string }) => `${d.path} 파일에 PEM 형식의 공개 키가 없습니다`,
  },
  'token-line': {
    en: (d: { path: string; line: number }) =>
      `line ${d.line} of ${d.path} is no record of a token: it must be token,user,uid,"group1,group2"`,
    ko: (d: { path: string; line: number }) =>
      `${d.path} 파일의 ${d.line}번째 줄은 토큰 레코드가 아닙니다. token,user,uid,"group1,group2" 형식이어야 합니다`,
  },
  'bad-key': {
    en: (d: { path: string }) =>
      `the private key ${d.path} cannot be read, or is not that of its certificate`,
    ko: (d: { path: string }) => `${d.path} 개인 키를 읽을 수 없거나 인증서와 짝이 맞지 않습니다`,
  },
})
