import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  describeRules,
  type ExtraOutput,
  type LoadOptions,
  type LoadResult,
  loadRules,
  selectRules,
  validateSchema,
} from './index.ts'
import { applyStep } from './select.ts'

const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'falco')
const isThere = existsSync(folder)
if (!isThere) console.log(`skipped: no conformance data at ${folder}`)

/** Cases that are known to differ, each with its reason. */
const SKIPPED: Readonly<Record<string, string>> = {}

interface EngineDiagnostic {
  readonly code: string
  readonly message: string
  readonly location: readonly { readonly item_type: string; readonly item_name: string }[]
  readonly line: number
}

interface EngineRule {
  readonly name: string
  readonly priority: string
  readonly source: string
  readonly enabled: boolean
  readonly tags: readonly string[]
  readonly output: string
  readonly description: string
  readonly condition: string
  readonly condition_compiled: string
  readonly output_compiled: string
  readonly events: readonly string[]
  readonly macros: readonly string[]
  readonly lists: readonly string[]
  readonly condition_fields: readonly string[]
  readonly condition_operators: readonly string[]
  readonly exception_fields: readonly string[]
}

interface EngineDescription {
  readonly rules: readonly EngineRule[]
  readonly macros: readonly { name: string; condition_compiled: string; used: boolean }[] | null
  readonly lists: readonly { name: string; items_compiled: readonly string[]; used: boolean }[] | null
}

interface FileLoad {
  readonly file: string
  readonly successful: boolean
  readonly errors: readonly EngineDiagnostic[]
  readonly warnings: readonly EngineDiagnostic[]
}

interface Step {
  readonly op: string
  readonly file?: string
  readonly content?: string
  readonly expectSuccess?: boolean
  readonly engine?: Omit<FileLoad, 'file'> & {
    readonly schemaValidation: string
    readonly describe: EngineDescription | null
  }
  readonly expect?: unknown
  readonly text?: string
  readonly list?: 'errors' | 'warnings'
  readonly index?: number
  readonly rule?: string
  readonly path?: readonly (string | number)[]
  readonly ruleset?: string
  readonly target?: string | readonly string[]
  readonly enabled?: boolean
  readonly args?: readonly string[]
}

function read<T>(file: string): T[] {
  if (!isThere) return []
  const lines = readFileSync(join(folder, file), 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as T)
}

describe.skipIf(!isThere)("Falco's own tests of its loader", () => {
  const cases = read<{ name: string; source: string; steps: Step[] }>('rule_loader.jsonl')
  for (const { name, source, steps } of cases)
    test.skipIf(name in SKIPPED)(name, () => runSteps(steps, source))
})

describe.skipIf(!isThere)('rule files, loaded by the real engine', () => {
  const cases = read<{
    name: string
    rules: { file: string; text: string }[]
    load: FileLoad[]
    describe: EngineDescription | null
  }>('rules_load.jsonl')
  for (const { name, rules, load, describe: described } of cases)
    test.skipIf(name in SKIPPED)(name, () => {
      const loaded = loadRules(rules.map(({ file, text }) => ({ name: file, text })))
      expect(loaded.files.map(comparable)).toEqual(load.map(engineComparable))
      if (loaded.ok) compareDescription(loaded, described)
    })

  test('the audit rules as they are now', () => {
    const [expected] = read<{ describe: EngineDescription }>('k8s_audit_rules_describe.jsonl')
    const text = readFileSync(join(folder, 'rule_files', 'fa53280e_k8s_audit_rules.yaml'), 'utf8')
    compareDescription(loadRules([{ name: 'k8s_audit_rules.yaml', text }]), expected?.describe ?? null)
  })
})

/** What the tests of Falco's separate test suite expect, whose rule files are at hand. */
describe.skipIf(!isThere)('validation of rule files', () => {
  const cases = read<{
    name: string
    validateRules?: { ref?: string }[]
    expected: { validation: { kind: string; code?: string; message?: string; itemName?: string }[] }
  }>('testing_repo.jsonl')
  for (const { name, validateRules = [], expected } of cases) {
    const files = validateRules.flatMap(({ ref }) => (ref === undefined ? [] : [join(folder, ref)]))
    if (files.length < validateRules.length || files.length === 0 || !files.every(existsSync)) continue
    test.skipIf(name in SKIPPED)(name, () => {
      const loaded = loadRules(files.map((file) => ({ name: file, text: readFileSync(file, 'utf8') })))
      const said = loaded.files.flatMap(({ errors, warnings }) => [...errors, ...warnings])
      for (const { code, message, itemName } of expected.validation) {
        if (code === undefined) continue
        const found = said.filter((each) => each.code === code && each.message === message)
        const names = found.flatMap(({ context }) => context.map((step) => step.name))
        expect(found).not.toEqual([])
        if (itemName !== undefined) expect(names).toContain(itemName)
      }
    })
  }
})

function runSteps(steps: readonly Step[], source: string): void {
  const extraOutputs: ExtraOutput[] = []
  const rulesets = new Map<string, Set<string>>()
  let loaded: LoadResult = loadRules([])
  let text = ''
  for (const step of steps) {
    const description = describeRules(loaded.rules)
    const ruleset = rulesets.get(step.ruleset ?? '') ?? new Set()
    if (step.ruleset !== undefined) rulesets.set(step.ruleset, ruleset)
    switch (step.op) {
      case 'load':
        text = step.content ?? ''
        loaded = runLoad(step, { sources: [source], extraOutputs })
        rulesets.set('falco-default-ruleset', selectRules(loaded.rules.rules))
        break
      case 'schemaValidation':
        expect(validateSchema(text).startsWith(String(step.expect))).toBe(true)
        break
      case 'warningContains':
      case 'errorContains': {
        const said = loaded.files[0]?.[step.op === 'errorContains' ? 'errors' : 'warnings'] ?? []
        expect(said.some(({ message }) => message.includes(step.text ?? ''))).toBe(step.expect)
        break
      }
      case 'contextSnippetContains': {
        const said = loaded.files[0]?.[step.list ?? 'errors'][step.index ?? 0]
        expect(text.split('\n')[(said?.line ?? 0) - 1]).toContain(step.text)
        break
      }
      case 'hasWarnings':
        expect((loaded.files[0]?.warnings.length ?? 0) > 0).toBe(step.expect)
        break
      case 'describeRule': {
        const [, , ...path] = step.path ?? []
        const rule: unknown = description.rules.find(({ info }) => info.name === step.rule)
        expect(path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], rule)).toEqual(
          step.expect,
        )
        break
      }
      case 'compiledCondition':
      case 'compiledOutput': {
        const details = description.rules.find(({ info }) => info.name === step.rule)?.details
        const key = step.op === 'compiledOutput' ? 'output_compiled' : 'condition_compiled'
        expect(details?.[key]).toBe(step.expect)
        break
      }
      case 'enabledRulesInRuleset':
        expect(ruleset.size).toBe(step.expect)
        break
      case 'enableRuleByTag':
        applyStep(ruleset, loaded.rules.rules, {
          enable: step.enabled === true,
          by: 'tags',
          tags: [step.target ?? []].flat(),
        })
        break
      case 'enableRuleWildcard':
      case 'enableRuleExact':
      case 'enableRule':
        applyStep(ruleset, loaded.rules.rules, {
          enable: step.enabled === true,
          by: ({ enableRuleWildcard: 'wildcard', enableRuleExact: 'name', enableRule: 'name-part' } as const)[
            step.op
          ],
          text: String(step.target),
        })
        break
      case 'add_extra_output_format': {
        const [format = '', ofSource = '', tags = '{}', rule = ''] = step.args ?? []
        extraOutputs.push({ format, source: ofSource, tags: setOf(tags), rule })
        break
      }
      case 'add_extra_output_formatted_field': {
        const [name = '', format = '', ofSource = '', tags = '{}', rule = ''] = step.args ?? []
        // The suite gives the arguments as they stand in the C++ source: names of variables.
        expect([name, format]).toEqual(['f.first', 'f.second'])
        extraOutputs.push({
          fields: [{ name: 'my_field', format: 'hello %evt.num' }],
          source: ofSource,
          tags: setOf(tags),
          rule,
        })
        break
      }
      case 'note':
        checkNote(step.text ?? '', loaded)
        break
      default:
        expect.fail(`a step that this suite does not know: ${step.op}`)
    }
  }
}

/** Steps that the suite could only put in words. */
function checkNote(text: string, { rules }: LoadResult): void {
  const rule = rules.rules.find(({ name }) => name === 'legit_rule')
  if (text.includes('%container.info')) expect(rule?.output).not.toContain('%container.info')
  else if (text.includes('my_field'))
    expect(rule?.extraFields.get('my_field')).toEqual({ format: 'hello %evt.num', isRaw: false })
  else expect.fail(`a note that this suite does not know: ${text}`)
}

function runLoad({ file = '', content = '', engine, expectSuccess }: Step, options: LoadOptions): LoadResult {
  const loaded = loadRules([{ name: file, text: content }], options)
  if (expectSuccess !== undefined) expect(loaded.ok).toBe(expectSuccess)
  if (engine === undefined) return loaded
  expect(loaded.files.map(comparable)).toEqual([engineComparable({ file, ...engine })])
  expect(validateSchema(content)).toBe(engine.schemaValidation)
  if (loaded.ok) compareDescription(loaded, engine.describe)
  return loaded
}

/** `{"a", "b"}` */
function setOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"/g)].map(([, tag]) => tag ?? '')
}

function comparable({ file, ok, errors, warnings }: LoadResult['files'][number]) {
  const plain = (said: LoadResult['files'][number]['warnings' | 'errors']) =>
    said.map(({ code, message, context }) => ({
      code,
      message,
      location: context.map(({ type, name }) => ({ item_type: type, item_name: name })),
      line: context.at(-1)?.line,
    }))
  return { file, successful: ok, errors: plain(errors), warnings: plain(warnings) }
}

function engineComparable({ file, successful, errors, warnings }: FileLoad) {
  return { file, successful, errors, warnings }
}

function compareDescription(loaded: LoadResult, expected: EngineDescription | null): void {
  expect(expected).not.toBeNull()
  if (expected === null) return
  const { rules, macros, lists } = describeRules(loaded.rules)
  expect(
    rules.map(({ info, details }) => ({
      ...info,
      ...details,
      exceptions: null,
    })),
  ).toEqual(
    expected.rules.map((rule) => ({
      ...rule,
      ...Object.fromEntries(
        (
          [
            'events',
            'macros',
            'lists',
            'condition_fields',
            'condition_operators',
            'exception_fields',
          ] as const
        ).map((key) => [key, rule[key].toSorted()]),
      ),
      capture: expect.any(Boolean),
      capture_duration: expect.any(Number),
      output_fields: expect.any(Array),
      exception_names: expect.any(Array),
      exception_operators: expect.any(Array),
    })),
  )
  expect(macros.map(({ info, details }) => [info.name, details.condition_compiled, details.used])).toEqual(
    (expected.macros ?? []).map((macro) => [macro.name, macro.condition_compiled, macro.used]),
  )
  expect(lists.map(({ info, details }) => [info.name, details.items_compiled, details.used])).toEqual(
    (expected.lists ?? []).map((list) => [list.name, list.items_compiled, list.used]),
  )
}
