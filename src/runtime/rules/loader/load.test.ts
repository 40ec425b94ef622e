import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRenderer } from '../../../messages/index.ts'
import { printFilter } from '../parser/index.ts'
import { adviceMessages, type LoadOptions, type LoadResult, loadRules, statefulMessages } from './index.ts'

const render = createRenderer([adviceMessages, statefulMessages], 'en')

const RULE = `
- rule: R
  desc: d
  condition: evt.type = open
  output: file=%fd.name
  priority: INFO
`

function load(text: string, options: LoadOptions = {}): LoadResult {
  return loadRules([{ name: 'rules.yaml', text }], options)
}

/** What the first file's load says: code, place, advice. */
function said({ files }: LoadResult): string[] {
  return files.flatMap(({ errors, warnings }) =>
    [...errors, ...warnings].map(({ code, line, column, own, advice }) =>
      [`${line}:${column} ${code}`, own && render(own), advice && render(advice)].filter(Boolean).join(' | '),
    ),
  )
}

function conditions({ rules }: LoadResult): Record<string, string> {
  return Object.fromEntries(rules.rules.map(({ name, condition }) => [name, printFilter(condition)]))
}

describe('places', () => {
  test('of a fault in a folded condition', () => {
    const text = RULE.replace('evt.type = open', '>\n    evt.type = open\n    and proc.nam = sh')
    expect(said(load(text))).toEqual(['6:9 LOAD_ERR_COMPILE_CONDITION | did you mean proc.name?'])
  })

  test('of a fault behind a list that was filled in', () => {
    const list = '- list: shells\n  items: [bash, "my shell", zsh]\n'
    const text = list + RULE.replace('evt.type = open', 'proc.name in (shells) and proc.nam = sh')
    expect(said(load(text))).toEqual(['6:40 LOAD_ERR_COMPILE_CONDITION | did you mean proc.name?'])
  })

  test('of a fault in a macro, met in a rule', () => {
    const macro = '- macro: m\n  condition: evt.type = open and fd.nmae = x\n'
    const text = macro + RULE.replace('evt.type = open', 'm')
    expect(said(load(text))).toEqual(['2:34 LOAD_ERR_COMPILE_CONDITION | did you mean fd.name?'])
  })

  test('of a fault in what another file appended', () => {
    const { files } = loadRules([
      { name: 'a.yaml', text: RULE },
      {
        name: 'b.yaml',
        text: '- rule: R\n  condition: "and (proc.name = 한국"\n  override: {condition: append}\n',
      },
    ])
    expect(files[1]?.errors[0]).toMatchObject({
      file: 'b.yaml',
      line: 2,
      column: 34,
      message: "expected a ')' token",
    })
  })

  test('of a value that was made from an exception', () => {
    const text = `${RULE}  exceptions:\n    - name: e\n      fields: [fd.name]\n      comps: [regex]\n      values:\n        - ["("]\n`
    expect(said(load(text))).toEqual(['8:7 LOAD_ERR_COMPILE_CONDITION'])
  })

  test('of a field that the output has wrong', () => {
    expect(said(load(RULE.replace('%fd.name', 'x %proc.nmae')))).toEqual([
      '5:18 LOAD_ERR_COMPILE_OUTPUT | did you mean proc.name?',
    ])
  })
})

describe('advice', () => {
  test.each([
    [
      'a macro with a similar name',
      '- macro: spawned\n  condition: evt.type = open\n',
      'spawnd',
      'did you mean spawned?',
    ],
    [
      'a field of another source',
      '',
      'ka.verb = get',
      "ka.verb is a field of source k8s_audit; this rule's source is syscall",
    ],
  ])('names %s', (_, before, condition, advice) => {
    expect(said(load(before + RULE.replace('evt.type = open', condition))).join()).toContain(advice)
  })

  test('tells that a macro is defined too late', () => {
    const text = '- macro: a\n  condition: b\n- macro: b\n  condition: evt.type = open\n'
    expect(said(load(text))).toEqual([
      '2:14 LOAD_ERR_VALIDATE | b is defined only later (rules.yaml:3); a macro sees only those before it',
    ])
  })
})

describe('after a fault', () => {
  const text = `- list: l\n  items: x\n${RULE}- rule: S\n  desc: d\n  condition: nobody\n  output: o\n  priority: INFO\n- 7\n`

  test('Falco stops', () => {
    const loaded = load(text)
    expect(loaded).toMatchObject({ ok: false, rules: { rules: [] } })
    expect(said(loaded)).toEqual(['2:10 LOAD_ERR_YAML_VALIDATE'])
  })

  test('an editor goes on, and keeps what has none', () => {
    const loaded = load(text, { afterFault: 'continue' })
    expect(loaded.ok).toBe(false)
    expect(loaded.rules.rules.map(({ name }) => name)).toEqual(['R'])
    expect(said(loaded)).toEqual([
      '2:10 LOAD_ERR_YAML_VALIDATE',
      '14:3 LOAD_ERR_YAML_VALIDATE',
      '11:14 LOAD_ERR_VALIDATE',
    ])
  })

  test('files behind a broken one are not looked at, unless asked for', () => {
    const files = [
      { name: 'a', text: '- 1' },
      { name: 'b', text: RULE },
    ]
    expect(loadRules(files).files).toHaveLength(1)
    expect(loadRules(files, { afterFault: 'continue' }).files).toHaveLength(2)
  })
})

describe("Haetae's own keys", () => {
  const withKeys = (keys: string) => load(`${RULE}${keys}\n`)

  test('are read', () => {
    const [rule] = withKeys(
      '  threshold: {count: 0x10, within: 1h30m, by: [proc.name, "tolower(user.name)"], distinct: fd.name}\n  suppress: {within: 10m}',
    ).rules.rules
    expect(rule?.threshold).toEqual({
      count: 16,
      within: 5_400_000,
      by: ['proc.name', 'tolower(user.name)'],
      distinct: 'fd.name',
    })
    expect(rule?.suppress).toEqual({ limit: 1, within: 600_000, by: [] })
  })

  test('a sequence may use macros and lists', () => {
    const text = `- list: l\n  items: [a, b]\n- macro: m\n  condition: proc.name in (l)\n${RULE}  sequence:\n    steps: [m and evt.type = execve, evt.type = close]\n    within: 5m\n    by: proc.pid\n`
    const [rule] = load(text).rules.rules
    expect(rule?.sequence?.steps.map(printFilter)).toEqual([
      '(proc.name in (a, b) and evt.type = execve)',
      'evt.type = close',
    ])
    expect(rule?.sequence?.by).toEqual(['proc.pid'])
  })

  test.each([
    ['threshold: 3', '7:14', 'threshold must be a mapping'],
    ['threshold: {count: 3}', '7:14', 'threshold needs within'],
    ['threshold: {count: 1, within: 1m}', '7:22', 'threshold.count: "1" is no whole number of at least 2'],
    ['threshold: {count: 3, within: 5}', '7:33', 'threshold.within: "5" is no duration'],
    ['threshold: {count: 3, within: 5m, per: x}', '7:37', 'threshold has no key per'],
    ['threshold: {count: 3, within: 5m, by: [user.nme]}', '7:42', 'did you mean user.name?'],
    ['sequence: {steps: [], within: 5m}', '7:21', 'at least one'],
    ['sequence: {steps: [nobody], within: 5m}', '7:22', "Undefined macro 'nobody'"],
    ['suppress: {limit: 0, within: 5m}', '7:21', 'at least 1'],
    [
      'threshold: {count: 2, within: 1m}\n  sequence: {steps: [evt.type=close], within: 1m}',
      '8:13',
      'not both',
    ],
  ])('%s is refused', (keys, place, words) => {
    const [first = ''] = said(withKeys(`  ${keys}`))
    expect(first).toContain(`${place} LOAD_ERR_EXTENSION`)
    expect(first).toContain(words)
  })

  test('given in a later item, they replace those of the rule', () => {
    const text = `${RULE}  threshold: {count: 5, within: 1m}\n- rule: R\n  condition: evt.type = close\n  threshold: {count: 9, within: 1m}\n  override: {condition: replace}\n`
    expect(load(text).rules.rules[0]?.threshold?.count).toBe(9)
  })
})

describe('what is added to outputs', () => {
  test('goes to the rules that it is for', () => {
    const { rules } = load(RULE, {
      extraOutputs: [
        { format: 'evt=%evt.type' },
        { format: 'no', rule: 'other' },
        { format: 'no', tags: ['none'] },
        { fields: [{ name: 'n', format: 'evt.num', isRaw: true }], source: 'syscall' },
      ],
    })
    expect(rules.rules[0]?.output).toBe('file=%fd.name evt=%evt.type')
    expect([...(rules.rules[0]?.extraFields ?? [])]).toEqual([['n', { format: 'evt.num', isRaw: true }]])
  })
})

describe('properties', () => {
  test('no text makes the loader throw', () => {
    const words = fc.constantFrom(
      ...[
        '- rule: a',
        '- macro: m',
        '- list: l',
        '  condition: ',
        '  items: [',
        ']',
        'm',
        'l',
        'and',
        'evt.type=',
        'open',
      ],
      ...[
        '  output: %',
        '  priority: INFO',
        '  override:',
        '    condition: append',
        '  append: true',
        '  exceptions:',
      ],
      ...[
        '    - name: e',
        '      fields: ',
        '      values:',
        '        - ',
        '  threshold: {',
        '}',
        '\n',
        ' ',
        '(',
        ')',
        '"',
        "'",
      ],
      ...[
        '---\n',
        '- required_engine_version: ',
        '- required_plugin_versions:\n',
        '&a ',
        '*a',
        '? ',
        '|\n',
        '>-\n',
        '~',
      ],
    )
    const soup = fc.array(words, { maxLength: 40 }).map((parts) => parts.join(''))
    for (const afterFault of ['stop', 'continue'] as const) {
      fc.assert(fc.property(soup, (text) => void load(text, { afterFault })))
      fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void load(text, { afterFault })))
    }
  })

  test('no structure makes the loader throw', () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    const keys = [
      'rule',
      'macro',
      'list',
      'desc',
      'condition',
      'output',
      'priority',
      'items',
      'tags',
      'enabled',
      'append',
    ]
    const others = [
      'override',
      'exceptions',
      'threshold',
      'sequence',
      'suppress',
      'source',
      'required_plugin_versions',
    ]
    const item = fc.dictionary(
      fc.constantFrom(...keys, ...others),
      fc.oneof(value, fc.constantFrom('INFO', 'evt.type=open')),
    )
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), (items) => {
        void load(JSON.stringify(items), { afterFault: 'continue' })
      }),
    )
  })

  test('the order of items that do not refer to one another is no difference', () => {
    const items = [
      '- list: l\n  items: [a, b]\n',
      '- list: k\n  items: [c]\n',
      '- macro: m\n  condition: proc.name in (l)\n',
      '- macro: n\n  condition: fd.name in (k)\n',
      '- rule: R\n  desc: d\n  condition: evt.type = open and m\n  output: o\n  priority: INFO\n',
      '- rule: S\n  desc: d\n  condition: evt.type = close and n and not m\n  output: o\n  priority: INFO\n',
    ]
    const expected = conditions(load(items.join('')))
    fc.assert(
      fc.property(fc.shuffledSubarray(items, { minLength: items.length }), (shuffled) => {
        const loaded = load(shuffled.join(''))
        expect(loaded.ok).toBe(true)
        expect(conditions(loaded)).toEqual(expected)
      }),
    )
  })

  test('lists that grow at each step are refused, not filled in', () => {
    const lists = Array.from(
      { length: 40 },
      (_, i) =>
        `- list: n${i}\n  items: [${Array(10)
          .fill(`n${i + 1}`)
          .join(', ')}]\n`,
    )
    const text = lists.join('') + RULE.replace('evt.type = open', 'proc.name in (n0)')
    expect(said(load(text))[0]).toContain('LOAD_ERR_COMPILE_CONDITION')
  })

  test('macros that double at each step are refused, not expanded', () => {
    const macros = Array.from({ length: 40 }, (_, i) => `- macro: m${i + 1}\n  condition: m${i} and m${i}\n`)
    const text = `- macro: m0\n  condition: evt.type = open\n${macros.join('')}`
    expect(said(load(text))[0]).toContain('LOAD_ERR_VALIDATE')
  })
})
