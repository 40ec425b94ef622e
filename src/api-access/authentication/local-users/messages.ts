import { defineMessages } from '../../../messages/index.ts'

/** What is said of local users, to who keeps them. */
export const localUserMessages = defineMessages('local-user', {
  'no-file': {
    en: (d: { path: string }) => `${d.path} is not a file of local users`,
    ko: (d: { path: string }) => `${d.path} 파일은 로컬 사용자 파일이 아닙니다`,
  },
  exists: {
    en: (d: { name: string }) => `there is already a user "${d.name}"`,
    ko: (d: { name: string }) => `사용자 "${d.name}" 항목이 이미 있습니다`,
  },
  unknown: {
    en: (d: { name: string }) => `there is no user "${d.name}"`,
    ko: (d: { name: string }) => `사용자 "${d.name}" 항목이 없습니다`,
  },
  name: {
    en: (d: { name: string }) =>
      `"${d.name}" cannot be the name of a user or group: 1 to 128 characters without control characters, not beginning with "system:"`,
    ko: (d: { name: string }) =>
      `"${d.name}" 항목은 사용자나 그룹의 이름으로 쓸 수 없습니다. 제어 문자 없이 1~128자여야 하고 "system:"으로 시작할 수 없습니다`,
  },
  'password-length': {
    en: (d: { least: number; most: number }) => `a password has ${d.least} to ${d.most} characters`,
    ko: (d: { least: number; most: number }) => `비밀번호는 ${d.least}~${d.most}자여야 합니다`,
  },
})
