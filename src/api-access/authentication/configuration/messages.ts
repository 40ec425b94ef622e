import { defineMessages } from '../../../messages/index.ts'

export const authenticationConfigurationMessages = defineMessages('authentication-configuration', {
  unreadable: {
    en: (d: { path: string; line: number; reason: string }) => `${d.path}:${d.line}: ${d.reason}`,
    ko: (d: { path: string; line: number; reason: string }) => `${d.path}:${d.line}: ${d.reason}`,
  },
  kind: {
    en: (d: { path: string; given: string }) =>
      `${d.path} is no AuthenticationConfiguration of apiserver.config.k8s.io (v1, v1beta1, v1alpha1), but ${d.given}`,
    ko: (d: { path: string; given: string }) =>
      `${d.path} 파일은 apiserver.config.k8s.io(v1, v1beta1, v1alpha1)의 AuthenticationConfiguration이 아니라 ${d.given}입니다`,
  },
  invalid: {
    en: (d: { path: string; errors: readonly string[] }) =>
      `the API server would refuse ${d.path}:\n${d.errors.map((error) => `  ${error}`).join('\n')}`,
    ko: (d: { path: string; errors: readonly string[] }) =>
      `API 서버에서 ${d.path} 파일을 거부합니다:\n${d.errors.map((error) => `  ${error}`).join('\n')}`,
  },
})
