import { formatFieldPath } from '../../../../kubernetes/index.ts'
import { defineMessages, withParticle } from '../../../../messages/index.ts'
import { AUDIT_REFERENCE, type PolicyCheck } from './check.ts'

type NoData = Readonly<Record<string, never>>

const messages = defineMessages('audit-policy-form', {
  'unknown-field': {
    en: (d: { field: string }) =>
      `there is no field ${d.field}: the API server drops it, so the rule matches more than it says; check the indentation`,
    ko: (d: { field: string }) =>
      `${withParticle(d.field, '은/는')} 없는 필드입니다. API 서버가 무시하므로 규칙이 쓰인 것보다 넓게 적용됩니다. 들여쓰기를 확인하십시오`,
  },
  'duplicate-key': {
    en: (d: { key: string }) => `the key "${d.key}" stands twice; the API server takes the last`,
    ko: (d: { key: string }) =>
      `키 ${withParticle(`"${d.key}"`, '이/가')} 두 번 있습니다. API 서버는 마지막 값을 씁니다`,
  },
  'removed-version': {
    en: (d: { version: string }) =>
      `audit.k8s.io/${d.version} was removed in Kubernetes 1.24; write audit.k8s.io/v1, the form is the same`,
    ko: (d: { version: string }) =>
      `audit.k8s.io/${withParticle(d.version, '은/는')} 쿠버네티스 1.24에서 제거되었습니다. 형식이 같은 audit.k8s.io/v1로 바꾸십시오`,
  },
  'further-documents': {
    en: (_: NoData) => 'the file has more than one document; the API server reads the first alone',
    ko: (_: NoData) => '파일에 문서가 둘 이상 있습니다. API 서버는 첫 문서만 읽습니다',
  },
})

/** What the API server overlooks with a warning in its own log, which nobody reads. */
export const policyForm: PolicyCheck = {
  id: 'audit-policy-form',
  severity: 'high',
  title: { en: 'part of the file that is not read', ko: '읽히지 않는 부분' },
  messages,
  references: [AUDIT_REFERENCE],
  run({ warnings }, report) {
    const { make } = messages
    for (const warning of warnings) {
      const { position } = warning
      if (warning.kind === 'unknown-field')
        report({
          path: warning.path,
          position,
          message: make['unknown-field']({ field: formatFieldPath(warning.path) }),
        })
      else if (warning.kind === 'duplicate-key')
        report({ path: [], position, message: make['duplicate-key']({ key: warning.key }) })
      else if (warning.kind === 'deprecated-version')
        report({ path: ['apiVersion'], message: make['removed-version']({ version: warning.version }) })
      else report({ path: [], position, severity: 'medium', message: make['further-documents']({}) })
    }
  },
}
