import type { Localized } from '../../messages/index.ts'

export const userText = {
  user: {
    en: "local users: those whom the gate's own login knows",
    ko: '로컬 사용자: 게이트의 로그인이 직접 아는 사용자',
  },
  add: {
    en: 'add a user; the password is asked for, or read from standard input',
    ko: '사용자를 추가합니다. 비밀번호는 물어보거나 표준 입력에서 읽습니다',
  },
  list: { en: 'list the users and their groups', ko: '사용자와 그룹을 보여 줍니다' },
  passwd: {
    en: 'give a user a new password',
    ko: '사용자의 비밀번호를 바꿉니다',
  },
  remove: {
    en: 'remove a user; certificates that were given last until they end',
    ko: '사용자를 삭제합니다. 이미 발급된 인증서는 만료될 때까지 유효합니다',
  },
  group: { en: 'a group of the user (repeatable)', ko: '사용자의 그룹 (여러 번 가능)' },
  noCode: {
    en: 'without a second factor: the password alone will do',
    ko: '두 번째 인증 요소 없이 비밀번호만으로 로그인합니다',
  },
  users: {
    en: 'file of the users (default: haetae/gateway/users.json in the state folder)',
    ko: '사용자 파일 (기본값: 상태 폴더의 haetae/gateway/users.json)',
  },
  format: { en: 'text or json', ko: 'text 또는 json' },
} satisfies Record<string, Localized>
