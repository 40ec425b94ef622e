import { defineMessages, withParticle } from '../../../../messages/index.ts'
import { AUDITING, type PolicyCheck } from './check.ts'

/** An earlier rule. */
interface NamedRule {
  readonly index: number
  readonly line: number
}

const messages = defineMessages('audit-shadowed-rule', {
  shadowed: {
    en: (d: { rules: readonly NamedRule[] }) =>
      `no request ever reaches this rule: ${d.rules.map(({ index, line }) => `rules[${index}] (line ${line})`).join(', ')} above ${d.rules.length === 1 ? 'takes' : 'take'} every request that it matches`,
    ko: (d: { rules: readonly NamedRule[] }) =>
      `이 규칙에 이르는 요청이 없습니다. 이 규칙에 맞는 요청은 모두 위의 ${withParticle(d.rules.map(({ index, line }) => `rules[${index}](${line}행)`).join(', '), '이/가')} 먼저 처리합니다`,
  },
})

/** "The first matching rule sets the audit level of the event": a rule below one that takes all its requests is dead. */
export const shadowedRule: PolicyCheck = {
  id: 'audit-shadowed-rule',
  severity: 'high',
  title: { en: 'rule that can never match', ko: '절대 적용되지 않는 규칙' },
  messages,
  references: [AUDITING],
  run({ policy, reach, lineOf }, report) {
    policy.rules.forEach((_, rule) => {
      const shadow = reach.shadow(rule)
      if (shadow !== undefined)
        report({
          path: ['rules', rule],
          message: messages.make.shadowed({
            rules: shadow.by.map((index) => ({ index, line: lineOf(index) })),
          }),
        })
    })
  },
}
