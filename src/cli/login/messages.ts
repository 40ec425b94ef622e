import { defineMessages } from '../../messages/index.ts'

/** What `haetae login` says. */
export const loginMessages = defineMessages('login', {
  user: { en: (_: object) => 'User: ', ko: (_: object) => '사용자: ' },
  password: { en: (_: object) => 'Password: ', ko: (_: object) => '비밀번호: ' },
  code: {
    en: (_: object) => 'One-time code (empty if there is none): ',
    ko: (_: object) => '일회용 코드(없으면 비워 둡니다): ',
  },
  done: {
    en: (d: { name: string; context: string; kubeconfig: string }) =>
      `logged in as "${d.name}"; the context "${d.context}" of ${d.kubeconfig} is the current one`,
    ko: (d: { name: string; context: string; kubeconfig: string }) =>
      `"${d.name}" 사용자로 로그인했습니다. ${d.kubeconfig} 파일의 현재 컨텍스트는 "${d.context}"입니다`,
  },
  server: {
    en: (d: { server: string }) => `"${d.server}" is no address of a gate: it must begin with https://`,
    ko: (d: { server: string }) =>
      `"${d.server}" 항목은 게이트의 주소가 아닙니다. https://로 시작해야 합니다`,
  },
  refused: {
    en: (_: object) => 'the gate refuses this: the name, the password or the code is wrong',
    ko: (_: object) => '게이트에서 거부했습니다. 사용자 이름, 비밀번호, 일회용 코드 중에 틀린 것이 있습니다',
  },
  wait: {
    en: (d: { seconds: string }) => `too many attempts; try again in ${d.seconds} seconds`,
    ko: (d: { seconds: string }) => `시도가 너무 많습니다. ${d.seconds}초 뒤에 다시 시도합니다`,
  },
  answer: {
    en: (d: { server: string; status: number }) =>
      `${d.server} does not answer as a gate with a login does (HTTP ${d.status})`,
    ko: (d: { server: string; status: number }) =>
      `${d.server}의 응답이 로그인을 제공하는 게이트의 응답이 아닙니다(HTTP ${d.status})`,
  },
  unreachable: {
    en: (d: { server: string; reason: string }) => `${d.server} cannot be reached: ${d.reason}`,
    ko: (d: { server: string; reason: string }) => `${d.server}에 연결할 수 없습니다: ${d.reason}`,
  },
  untrusted: {
    en: (d: { server: string }) =>
      `the certificate of ${d.server} is not trusted; give the gate's ca-bundle.crt with --certificate-authority`,
    ko: (d: { server: string }) =>
      `${d.server}의 인증서를 신뢰할 수 없습니다. --certificate-authority로 게이트의 ca-bundle.crt를 지정합니다`,
  },
  'no-terminal': {
    en: (d: { command: string }) =>
      `the login has ended, and there is no terminal to ask at; run: ${d.command}`,
    ko: (d: { command: string }) =>
      `로그인이 만료되었는데 물어볼 터미널이 없습니다. 다음 명령을 실행합니다: ${d.command}`,
  },
  unreadable: {
    en: (d: { path: string; reason: string }) => `cannot use ${d.path}: ${d.reason}`,
    ko: (d: { path: string; reason: string }) => `${d.path} 파일을 사용할 수 없습니다: ${d.reason}`,
  },
})
