import { defineMessages } from '../../messages/index.ts'

/** What `haetae user` and `haetae login` say. */
export const userMessages = defineMessages('user', {
  password: { en: (_: object) => 'Password: ', ko: (_: object) => '비밀번호: ' },
  again: { en: (_: object) => 'Once more: ', ko: (_: object) => '한 번 더: ' },
  'no-answer': {
    en: (_: object) => 'no answer was given; nothing was changed',
    ko: (_: object) => '입력하지 않아 아무것도 바꾸지 않았습니다',
  },
  differ: {
    en: (_: object) => 'the two passwords differ; nothing was changed',
    ko: (_: object) => '두 비밀번호가 서로 달라 아무것도 바꾸지 않았습니다',
  },
  added: {
    en: (d: { name: string; file: string }) => `added "${d.name}" to ${d.file}`,
    ko: (d: { name: string; file: string }) => `"${d.name}" 사용자를 ${d.file} 파일에 추가했습니다`,
  },
  code: {
    en: (_: object) => 'add this address to the authenticator app; it is shown only now:',
    ko: (_: object) => '다음 주소를 인증 앱에 등록합니다. 지금 한 번만 표시됩니다.',
  },
  changed: {
    en: (d: { name: string }) => `the password of "${d.name}" is changed`,
    ko: (d: { name: string }) => `"${d.name}" 사용자의 비밀번호를 바꾸었습니다`,
  },
  removed: {
    en: (d: { name: string }) => `removed "${d.name}"`,
    ko: (d: { name: string }) => `"${d.name}" 사용자를 삭제했습니다`,
  },
  none: {
    en: (d: { file: string }) => `there are no users in ${d.file}`,
    ko: (d: { file: string }) => `${d.file} 파일에 사용자가 없습니다`,
  },
  'with-code': {
    en: (_: object) => 'one-time code',
    ko: (_: object) => '일회용 코드',
  },
  'without-code': {
    en: (_: object) => 'password only',
    ko: (_: object) => '비밀번호만',
  },
})
