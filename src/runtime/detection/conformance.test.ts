import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadRules, parsePriority, type Rule, type RuleSelection, selectRules } from '../rules/index.ts'
import {
  auditDetection,
  createDetector,
  type DetectionSource,
  falcoAuditDetection,
  type RuleMatching,
  type RuleOutput,
  syscallDetection,
} from './index.ts'

const FOLDER = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'falco')
const isThere = existsSync(join(FOLDER, 'k8s_audit_detections.jsonl'))
if (!isThere) console.warn(`skipped: no detections in ${FOLDER}`)

/**
 * Tests that count the enter and the exit event of each system call. Current libs drop the enter events when they read
 * old captures, so the real engine counts half of what these tests of 2023 say, and so do we.
 */
const COUNT_ENTER_EVENTS: ReadonlySet<string> = new Set([
  'falco.TestFalco_Legacy_CatchallOrder',
  'falco.TestFalco_Legacy_DetectSkipUnknownNoevt',
  'falco.TestFalco_Legacy_EnabledRuleUsingFalseEnabledFlagOnly',
  'falco.TestFalco_Legacy_MultipleRulesSuppressInfo',
  'falco.TestFalco_Legacy_RuleNamesWithRegexChars',
])

interface Options {
  readonly disable?: readonly string[]
  readonly enableTags?: readonly string[]
  readonly disableTags?: readonly string[]
  readonly minPriority?: string
}

interface Detection {
  readonly event?: number
  readonly num?: number
  readonly rule: string
  readonly priority: string
  readonly output: string
  readonly fields?: Readonly<Record<string, string>>
}

interface Case {
  readonly name: string
  readonly source: 'k8s_audit' | 'syscall'
  readonly rules: readonly string[]
  readonly events: string
  readonly options?: Options
}

interface DetectionCase extends Case {
  /** Null for runs that no upstream test makes. */
  readonly upstreamExpected: Expectations | null
  readonly detections: Readonly<Partial<Record<RuleMatching, readonly Detection[]>>>
}

interface Expectations {
  readonly detections: readonly Expectation[]
}

/** An assertion of an upstream test over the alerts of a run. */
interface Expectation {
  readonly OfRule?: string
  readonly OfPriority?: string
  readonly count?: number
  readonly min?: number
  /** What the current engine counts where it does not meet the assertion. */
  readonly engineDisagrees?: number
}

function read(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8')
}

function lines<Line>(file: string): Line[] {
  if (!isThere) return []
  return read(file)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}

interface Found<E> {
  readonly output: RuleOutput<E>
  readonly event: E
  readonly index: number
}

function detect<E>(
  source: DetectionSource<E>,
  { rules, options = {} }: Case,
  events: readonly E[],
  matching: RuleMatching,
): Found<E>[] {
  const loaded = load(rules)
  const selected = selectRules(loaded, selectionOf(options))
  const running = loaded.filter((rule) => rule.source === source.name && selected.has(rule.name))
  const detector = createDetector(running, source, { matching })
  return events.flatMap((event, index) => detector.detect(event).map((output) => ({ output, event, index })))
}

const loadedFiles = new Map<string, readonly Rule[]>()

function load(files: readonly string[]): readonly Rule[] {
  const known = loadedFiles.get(files.join())
  if (known !== undefined) return known
  const result = loadRules(files.map((name) => ({ name, text: read(name) })))
  expect(result.files.flatMap(({ errors }) => errors)).toEqual([])
  loadedFiles.set(files.join(), result.rules.rules)
  return result.rules.rules
}

function selectionOf({ disable, enableTags, disableTags, minPriority }: Options): RuleSelection {
  const minimumPriority = minPriority === undefined ? undefined : parsePriority(minPriority)
  return {
    ...(disable && { disableNameParts: disable }),
    ...(enableTags && { enableTags }),
    ...(disableTags && { disableTags }),
    ...(minimumPriority && { minimumPriority }),
  }
}

function detections(given: Case, matching: RuleMatching): Detection[] {
  if (given.source === 'syscall') {
    const events = lines<{ num: number; fields: Record<string, string> }>(given.events)
    return detect(syscallDetection, given, events, matching).map(({ output, event }) => ({
      num: event.num,
      rule: output.rule.name,
      priority: output.rule.priority,
      output: output.strictMessage(event),
    }))
  }
  const events = lines<unknown>(given.events).map((event, index) => ({ event, num: index + 1 }))
  return detect(falcoAuditDetection, given, events, matching).map(({ output, event, index }) => ({
    event: index,
    rule: output.rule.name,
    priority: output.rule.priority,
    output: output.strictMessage(event),
    source: 'k8s_audit',
    fields: output.fields(event),
  }))
}

function expectUpstream(
  found: readonly Detection[],
  { detections: assertions }: Expectations,
  countsEnterEvents = false,
): void {
  for (const { OfRule, OfPriority, count, min, engineDisagrees } of assertions) {
    const priority = OfPriority === undefined ? undefined : parsePriority(OfPriority)
    const counted = found.filter(
      (each) =>
        (OfRule === undefined || each.rule === OfRule) &&
        (priority === undefined || each.priority === priority),
    ).length
    if (count !== undefined && countsEnterEvents) expect([count, count / 2]).toContain(counted)
    else if (count !== undefined) expect(counted).toBe(engineDisagrees ?? count)
    if (min !== undefined) expect(counted).toBeGreaterThanOrEqual(min)
  }
}

describe.skipIf(!isThere)('detections of the real engine', () => {
  const cases = ['k8s_audit_detections.jsonl', 'syscall_detections.jsonl'].flatMap((file) =>
    lines<DetectionCase>(file),
  )
  for (const given of cases) {
    test(given.name, () => {
      for (const [matching, expected] of Object.entries(given.detections))
        expect(detections(given, matching as RuleMatching)).toEqual(expected)
      if (given.upstreamExpected !== null) expectUpstream(detections(given, 'first'), given.upstreamExpected)
    })
  }
})

describe.skipIf(!isThere)('macros of the official rules, each over every event', () => {
  interface MacroCase extends Omit<Case, 'rules'> {
    readonly rules: string
    readonly key: string
    readonly matches: Readonly<Record<string, readonly number[]>>
    readonly neverMatch: readonly string[]
  }
  for (const given of lines<MacroCase>('macros_oracle.jsonl')) {
    test(given.name, () => {
      const found = detections({ ...given, rules: [given.rules] }, 'all')
      const matches: Record<string, number[]> = {}
      for (const { rule, num, event } of found) {
        const name = rule.replace(/^macro[ _:]+/, '')
        matches[name] ??= []
        matches[name].push(num ?? event ?? -1)
      }
      expect(matches).toEqual(given.matches)
    })
  }
})

describe.skipIf(!isThere)('tests of falcosecurity/testing whose events are here', () => {
  interface TestingCase {
    readonly name: string
    readonly source: Case['source']
    readonly status: string
    readonly rules: readonly { readonly ref?: string | null; readonly installed?: string }[]
    readonly capture?: { readonly path: string }
    readonly options?: {
      readonly WithDisabledRules?: readonly string[]
      readonly WithDisabledTags?: readonly string[]
      readonly WithEnabledTags?: readonly string[]
      readonly WithMinRulePriority?: readonly string[]
    } | null
    readonly expected: Expectations
    readonly multiRun: boolean
  }
  /** The rule file that the tests find installed. */
  const INSTALLED = 'rule_files/fa53280e_k8s_audit_rules.yaml'
  const cases = lines<TestingCase>('testing_repo.jsonl').filter(({ status }) => status === 'events available')
  for (const { name, source, rules, capture, options, expected } of cases) {
    const file = (capture?.path ?? '').replace(/\.(scap|json)$/, '.jsonl')
    const events =
      source === 'syscall' ? `syscall_events/${file}` : file.replace('k8s_audit/', 'k8s_audit_events/')
    test.skipIf(!existsSync(join(FOLDER, events)))(name, () => {
      const minPriority = options?.WithMinRulePriority?.[0]
      const given: Case = {
        name,
        source,
        events,
        rules: rules.map(({ ref }) => ref ?? INSTALLED),
        options: {
          ...(options?.WithDisabledRules && { disable: options.WithDisabledRules }),
          ...(options?.WithDisabledTags && { disableTags: options.WithDisabledTags }),
          ...(options?.WithEnabledTags && { enableTags: options.WithEnabledTags }),
          ...(minPriority !== undefined && { minPriority }),
        },
      }
      expectUpstream(detections(given, 'first'), expected, COUNT_ENTER_EVENTS.has(name))
    })
  }
})

test('what Falco fails to find is found outside the comparison with it', () => {
  const event = { event: { auditID: 'a', requestURI: '/api/v1/x?command=bash' } }
  const rule = loadRules([
    {
      name: 'rules.yaml',
      text: '- rule: r\n  desc: d\n  condition: ka.uri exists\n  output: c=%ka.uri.param[command]\n  priority: INFO\n  source: k8s_audit\n',
    },
  ]).rules.rules
  const texts = [auditDetection, falcoAuditDetection].map((source) =>
    createDetector(rule, source).detect(event)[0]?.message(event),
  )
  expect(texts).toEqual(['c=bash', 'c=<NA>'])
})
