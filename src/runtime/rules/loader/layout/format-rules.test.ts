import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatRules } from './format-rules.ts'

function formatted(text: string): string {
  const result = formatRules(text)
  if (!result.ok) throw new Error(result.reason)
  return result.text
}

describe('formatRules', () => {
  test('puts items and keys in their places, and keeps comments with them', () => {
    const before = `

# head

  # about a
  -   list:   a\t
      items: [b,
        c]


  - macro: m
    # why
    condition:  >
       evt.type=open
         and x

  # for the rule

  - priority: INFO
    # of the condition
    condition: m
    rule: R
    output: |+
      x

    desc: d
# tail
---
- rule: S
  foo: bar`
    expect(formatted(before)).toBe(`# head

# about a
- list: a
  items: [b,
    c]

- macro: m
  # why
  condition: >
     evt.type=open
       and x

# for the rule

- rule: R
  desc: d
  # of the condition
  condition: m
  output: |+
    x

  priority: INFO

# tail
---
- rule: S
  foo: bar
`)
  })

  test.each([
    ['', ''],
    ['# nothing\n\n\n', '# nothing\n'],
    ['- rule: a\r\n  desc: b  \r\n', '- rule: a\n  desc: b\n'],
    ['[{rule: a}]', '[{rule: a}]\n'],
    ['- {rule: a, desc: b}\n\n\n- macro: c\n', '- {rule: a, desc: b}\n\n- macro: c\n'],
    ['- desc: |\n    keeps  \n  rule: a', '- rule: a\n  desc: |\n    keeps  \n'],
    [
      '- &a macro: b\n  condition: &c d\n- macro: e\n  condition: *c\n',
      '- &a macro: b\n  condition: &c d\n\n- macro: e\n  condition: *c\n',
    ],
  ])('%j', (before, after) => expect(formatted(before)).toBe(after))

  test('leaves alone what is no YAML, and says where it fails', () => {
    expect(formatRules('- rule: a\n desc: b\n')).toEqual({
      ok: false,
      reason: 'syntax',
      place: { line: 2, column: 2 },
    })
  })

  test('changes nothing the second time, whatever the text', () => {
    const line = fc.constantFrom(
      '- rule: a',
      '  - rule: a',
      '  desc: >',
      '  desc: |+',
      '    # text',
      '  priority: INFO ',
      '# comment',
      '    # comment',
      '',
      '---',
      '  condition: [a,',
      '    b]',
      '  append:  true',
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 14 }), (lines) => {
        const once = formatRules(lines.join('\n'))
        if (once.ok) expect(formatted(once.text)).toBe(once.text)
      }),
      { numRuns: 2000 },
    )
  })

  const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'falco', 'rule_files')
  test.skipIf(!existsSync(folder))('lays out every rule file at hand without a change of meaning', () => {
    for (const file of readdirSync(folder)) {
      const text = formatted(readFileSync(join(folder, file), 'utf8'))
      expect(formatted(text)).toBe(text)
    }
  })
})
