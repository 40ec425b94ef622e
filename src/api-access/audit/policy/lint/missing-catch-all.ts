import { defineMessages } from '../../../../messages/index.ts'
import { AUDIT_REFERENCE, type PolicyCheck } from './check.ts'
import { exampleOf } from './example.ts'

const messages = defineMessages('audit-missing-catch-all', {
  unmatched: {
    en: (d: { example: string }) =>
      `requests that no rule matches leave no trace, for example: ${d.example}; end with a rule that has nothing but "level: Metadata"`,
    ko: (d: { example: string }) =>
      `어느 규칙에도 맞지 않는 요청은 기록되지 않습니다(예: ${d.example}). 마지막에 "level: Metadata"만 있는 규칙을 두십시오`,
  },
})

/** "The default audit level is None, but can be overridden by a catch-all rule at the end of the list." */
export const missingCatchAll: PolicyCheck = {
  id: 'audit-missing-catch-all',
  severity: 'medium',
  title: { en: 'no catch-all rule', ko: '나머지 요청을 받는 규칙 없음' },
  messages,
  references: [AUDIT_REFERENCE],
  run({ reach }, report) {
    const region = reach.unmatched()
    if (region !== undefined)
      report({ path: ['rules'], message: messages.make.unmatched({ example: exampleOf(region) }) })
  },
}
