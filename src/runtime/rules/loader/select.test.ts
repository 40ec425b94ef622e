import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadRules } from './load.ts'
import { matchesWildcard, type RuleSelection, selectRules } from './select.ts'

const rule = (name: string, rest: string) =>
  `- rule: ${name}\n  desc: d\n  condition: evt.type = open\n  output: o\n  ${rest}\n`

const { rules } = loadRules([
  {
    name: 'rules.yaml',
    text: [
      rule('read secret', 'priority: ERROR\n  tags: [a, b]'),
      rule('write secret', 'priority: INFO\n  tags: [b]'),
      rule('shell', 'priority: DEBUG\n  enabled: false\n  tags: [a]'),
    ].join(''),
  },
]).rules

test.each<[RuleSelection, string[]]>([
  [{}, ['read secret', 'write secret']],
  [{ disableNameParts: ['secret'] }, []],
  [{ disableTags: ['a'] }, ['write secret']],
  [{ enableTags: ['a'] }, ['read secret', 'shell']],
  [{ minimumPriority: 'Warning', enableTags: ['a', 'b'] }, ['read secret']],
  [
    {
      rules: [
        { enable: false, rule: '*' },
        { enable: true, tag: 'a' },
      ],
    },
    ['read secret', 'shell'],
  ],
  [{ rules: [{ enable: true, rule: 'sh*l' }] }, ['read secret', 'write secret', 'shell']],
])('%j leaves %j', (selection, names) => {
  expect([...selectRules(rules, selection)].sort()).toEqual(names.toSorted())
})

test('wildcards match as the regular expression that they stand for', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 })
  fc.assert(
    fc.property(pattern, text, (wildcard, name) => {
      expect(matchesWildcard(wildcard, name)).toBe(
        new RegExp(`^${wildcard.replaceAll('*', '.*')}$`).test(name),
      )
    }),
    { numRuns: 1000 },
  )
})
