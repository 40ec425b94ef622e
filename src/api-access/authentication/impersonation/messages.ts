import { defineMessages } from '../../../messages/index.ts'

export const impersonationMessages = defineMessages('impersonation', {
  'without-user': {
    en: (d: { headers: readonly string[] }) => `${d.headers.join(', ')} without Impersonate-User`,
    ko: (d: { headers: readonly string[] }) =>
      `Impersonate-User 없이 ${d.headers.join(', ')} 헤더만 있습니다`,
  },
  repeated: {
    en: (d: { header: string }) => `the header ${d.header} may be given only once`,
    ko: (d: { header: string }) => `${d.header} 헤더는 한 번만 줄 수 있습니다`,
  },
  failed: {
    en: (d: { error: string }) => `the impersonation could not be authorized: ${d.error}`,
    ko: (d: { error: string }) => `가장(impersonate) 권한을 확인하지 못했습니다: ${d.error}`,
  },
})
