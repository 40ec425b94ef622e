import { nearestName } from '../../../kubernetes/index.ts'
import type { Message } from '../../../messages/index.ts'
import {
  auditDetection,
  createDetector,
  type DetectionSource,
  type RuleMatching,
  syscallDetection,
} from '../../../runtime/detection/index.ts'
import { type EventSourceName, type Rule, type RuleSet, selectRules } from '../../../runtime/rules/index.ts'
import { testMessages } from './messages.ts'
import type { TestEvent } from './test-events.ts'
import type { ExpectedAlert, RuleTest } from './test-file.ts'

/** An alert that a test's events raised. */
interface RaisedAlert {
  /** From 1. */
  readonly event: number
  readonly rule: string
  readonly priority: string
  readonly output: string
  readonly fields: Readonly<Record<string, string>>
}

export interface TestOutcome {
  readonly test: RuleTest
  /** What is not as expected; none: the test has passed. */
  readonly failures: readonly Message[]
  readonly alerts: readonly RaisedAlert[]
}

const { make } = testMessages

/** Tests begin at a time that no clock is before. */
const BEGINNING = Date.UTC(2000, 0, 1)

/** Runs a test's events through its rules, and holds the alerts against those expected. */
export function runTest(
  test: RuleTest,
  rules: RuleSet,
  source: EventSourceName,
  matching: RuleMatching,
): TestOutcome {
  const names = rules.rules.map(({ name }) => name)
  const { only = [], alerts: expected = [], none = [] } = test
  const mentioned = [...only, ...none, ...expected.map(({ rule }) => rule)]
  const unknown = mentioned.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, names) ?? ''
    return { test, failures: [make.unknownRule({ rule: unknown, nearest })], alerts: [] }
  }
  const running = runningRules(test, rules).filter((rule) => rule.source === source)
  const alerts =
    source === 'k8s_audit'
      ? raise(running, auditDetection, matching, timed(test.events).map(auditEvent))
      : raise(running, syscallDetection, matching, timed(test.events).map(syscallEvent))
  return { test, failures: [...differences(test.alerts, alerts), ...excluded(none, alerts)], alerts }
}

function runningRules({ only }: RuleTest, { rules }: RuleSet): readonly Rule[] {
  const enabled = selectRules(rules)
  return rules.filter(({ name }) => (only === undefined ? enabled.has(name) : only.includes(name)))
}

function raise<E>(
  rules: readonly Rule[],
  source: DetectionSource<E>,
  matching: RuleMatching,
  events: readonly E[],
): RaisedAlert[] {
  const detector = createDetector(rules, source, { matching })
  return events.flatMap((event, index) =>
    detector.detect(event).map((output) => ({
      event: index + 1,
      rule: output.rule.name,
      priority: output.rule.priority,
      output: output.message(event),
      fields: output.fields(event),
    })),
  )
}

/** An event without a time happens when the one before it did. */
function timed(events: readonly TestEvent[]): TestEvent[] {
  let latest = 0
  return events.map(({ at, content }) => {
    if (at === undefined && OWN_TIMES.some((key) => content[key] !== undefined)) return { at, content }
    latest = at ?? latest
    return { at: latest, content }
  })
}

/** Where events of either source have their own time. */
const OWN_TIMES = ['stageTimestamp', 'timestamp', 'ts']

/** What every audit event has, and no test wants to repeat. */
function auditEvent({ at, content }: TestEvent, index: number) {
  const num = index + 1
  const given = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: `event-${num}`,
    stage: 'ResponseComplete',
  }
  const time = at === undefined ? {} : { received: BigInt(BEGINNING + at) * 1_000_000n }
  return { event: { ...given, ...content }, num, ...time }
}

/** Values are given as YAML has them; an event of the kernel has them as text. */
function syscallEvent({ at, content }: TestEvent, index: number) {
  const { num = index + 1, type, fields = {}, ts, ...others } = content
  const own = /^\d+$/.test(String(ts)) ? BigInt(String(ts)) : undefined
  const time = at === undefined ? own : BigInt(BEGINNING + at) * 1_000_000n
  return {
    ...others,
    num: Number(num),
    ...(typeof type === 'string' ? { type } : {}),
    ...(time === undefined ? {} : { ts: time }),
    fields: Object.fromEntries(
      Object.entries(fields as Readonly<Record<string, unknown>>).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map(String) : value === null ? undefined : String(value),
      ]),
    ),
  }
}

/** Each expected alert takes the first raised one of its rule (and event) that is left; the rest are too many. */
function differences(
  expected: readonly ExpectedAlert[] | undefined,
  raised: readonly RaisedAlert[],
): Message[] {
  if (expected === undefined) return []
  const left = [...raised]
  const failures: Message[] = []
  for (const alert of expected.flatMap(({ count = 1, ...each }) => Array<ExpectedAlert>(count).fill(each))) {
    const fitting = left.filter(({ rule, event }) => rule === alert.rule && (alert.event ?? event) === event)
    const found = fitting.find((each) => deviations(alert, each).length === 0) ?? fitting[0]
    if (found === undefined) {
      failures.push(make.missing({ alert: named(alert) }))
      continue
    }
    left.splice(left.indexOf(found), 1)
    failures.push(...deviations(alert, found))
  }
  return [...failures, ...left.map((alert) => make.unexpected({ alert: named(alert) }))]
}

function excluded(none: readonly string[], raised: readonly RaisedAlert[]): Message[] {
  return raised
    .filter(({ rule }) => none.includes(rule))
    .map((alert) => make.excluded({ alert: named(alert) }))
}

function deviations({ rule, priority, output, fields = {} }: ExpectedAlert, found: RaisedAlert): Message[] {
  const differs = (key: string, expected: string, value: string) =>
    make.differs({ rule, key, expected: JSON.stringify(expected), found: JSON.stringify(value) })
  return [
    ...(priority === undefined || priority === found.priority
      ? []
      : [differs('priority', priority, found.priority)]),
    ...(output === undefined || found.output.includes(output)
      ? []
      : [differs('output', output, found.output)]),
    ...Object.entries(fields).flatMap(([name, value]) => {
      const given = found.fields[name] ?? '<NA>'
      return given === String(value) ? [] : [differs(name, String(value), given)]
    }),
  ]
}

function named({ rule, event }: { readonly rule: string; readonly event?: number }): string {
  return event === undefined ? rule : `${rule} (${event})`
}
