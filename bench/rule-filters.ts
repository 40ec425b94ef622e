import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  auditEvents,
  type CompiledFilter,
  compileFilters,
  type FilterSet,
  loadRules,
  parseFilter,
  type Rule,
  type SyscallEvent,
  syscallEvents,
} from '../src/runtime/rules/index.ts'

/** The least that is asked of one core. */
const TARGETS = { stable: 1_000_000, all: 500_000, audit: 40_000 }

const MEASURED_MILLISECONDS = 1000

const CONFORMANCE = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'falco')
const RULE_FILES = join(process.env['HAETAE_CORPUS'] ?? '../shared/corpus', 'falco-rules/rules')

type Emit = (line: { name: string; value: number; unit: string }) => void

/**
 * Measures the evaluation of conditions on one core: Falco's own rules over recorded system calls in memory, by event
 * type, and over audit events from JSON text; and how long rules take to compile.
 */
export async function run(emit: Emit): Promise<void> {
  if (!existsSync(RULE_FILES) || !existsSync(CONFORMANCE)) {
    console.error(`skipped: no rules in ${RULE_FILES} or no events in ${CONFORMANCE}`)
    return
  }
  measureSyscalls(emit, 'stable', ['falco_rules.yaml'])
  measureSyscalls(emit, 'all', [
    'falco_rules.yaml',
    'falco-incubating_rules.yaml',
    'falco-sandbox_rules.yaml',
  ])
  measureAudit(emit)
  measureGrowth(emit)
}

function measureSyscalls(emit: Emit, name: 'stable' | 'all', files: readonly string[]): void {
  const rules = rulesOf(files, 'syscall')
  const events = syscallRecordings()
  const set = compileFilters(
    rules.map(({ condition }) => condition),
    syscallEvents,
  )
  emit({ name: `rule-filters/syscall-${name}/rules`, value: rules.length, unit: 'rules' })
  const perSecond = Math.round(rateByType(set, events))
  emit({ name: `rule-filters/syscall-${name}/events`, value: perSecond, unit: 'events/s' })
  emit({ name: `rule-filters/syscall-${name}/of-target`, value: ratio(perSecond, TARGETS[name]), unit: 'x' })
  const opens = events.filter(({ type }) => type === 'open')
  emit({
    name: `rule-filters/syscall-${name}/open-events`,
    value: Math.round(rateByType(set, opens)),
    unit: 'events/s',
  })
  const compilations = rate(1, () =>
    compileFilters(
      rules.map(({ condition }) => condition),
      syscallEvents,
    ),
  )
  emit({ name: `rule-filters/syscall-${name}/compilation`, value: ratio(1000, compilations), unit: 'ms' })
}

function measureAudit(emit: Emit): void {
  const rules = rulesOf(['k8s_audit_rules.yaml'], 'k8s_audit')
  const set = compileFilters(
    rules.map(({ condition }) => condition),
    auditEvents,
  )
  const lines = readLines('k8s_audit_fields.jsonl').map((line) => JSON.stringify(JSON.parse(line).event))
  const tests = testsOf(set)
  let matches = 0
  const perSecond = rate(lines.length, () => {
    for (const line of lines) {
      const event = { event: JSON.parse(line) as unknown }
      set.begin()
      for (const test of tests) if (test(event)) matches++
    }
  })
  if (matches === 0) throw new Error('recorded audit events match no rule')
  emit({ name: 'rule-filters/audit/rules', value: rules.length, unit: 'rules' })
  emit({ name: 'rule-filters/audit/events', value: Math.round(perSecond), unit: 'events/s' })
  emit({ name: 'rule-filters/audit/of-target', value: ratio(perSecond, TARGETS.audit), unit: 'x' })
}

/** The same events before more and more rules, of which an event can match only as many as name its type. */
function measureGrowth(emit: Emit): void {
  const events = syscallRecordings()
  for (const count of [10, 100, 1000, 5000]) {
    const conditions = Array.from({ length: count }, (_, index) => {
      const parsed = parseFilter(
        `evt.type = type${index} and proc.name = name${index} and fd.name startswith /dir${index}`,
      )
      if (!parsed.ok) throw new Error(parsed.error.message)
      return parsed.ast
    })
    const value = Math.round(rateByType(compileFilters(conditions, syscallEvents), events))
    emit({ name: `rule-filters/rules-${count}/events`, value, unit: 'events/s' })
  }
}

/** Events a second, each before the conditions that its type leaves possible. */
function rateByType(set: FilterSet<SyscallEvent>, events: readonly SyscallEvent[]): number {
  const filters = set.results.flatMap((result) => (result.ok ? [result.filter] : []))
  const byType = new Map<string, readonly CompiledFilter<SyscallEvent>['test'][]>()
  const possible = filters.map((filter) => filter.possible('evt.type'))
  for (const { type = '' } of events) {
    if (byType.has(type)) continue
    const fitting = filters.filter(
      (_, index) => possible[index]?.values.has(type) === (possible[index]?.kind === 'only'),
    )
    byType.set(
      type,
      fitting.map(({ test }) => test),
    )
  }
  let matches = 0
  return rate(events.length, () => {
    for (const event of events) {
      const tests = byType.get(event.type ?? '') ?? []
      if (tests.length === 0) continue
      set.begin()
      for (const test of tests) if (test(event)) matches++
    }
    return matches
  })
}

function testsOf<E>(set: FilterSet<E>): readonly ((event: E) => boolean)[] {
  return set.results.flatMap((result) => (result.ok ? [result.filter.test] : []))
}

function rulesOf(files: readonly string[], source: string): readonly Rule[] {
  const texts = files.map((name) => ({ name, text: readFileSync(join(RULE_FILES, name), 'utf8') }))
  const { rules } = loadRules(texts)
  return rules.rules.filter((rule) => rule.source === source)
}

function syscallRecordings(): readonly SyscallEvent[] {
  return ['open-multiple-files', 'ping_sendto', 'connect_localhost', 'cat_write'].flatMap((name) =>
    readLines(`syscall_events/${name}.jsonl`).map((line) => JSON.parse(line) as SyscallEvent),
  )
}

function readLines(file: string): readonly string[] {
  return readFileSync(join(CONFORMANCE, file), 'utf8').trim().split('\n')
}

/** Items a second of something that takes `items` of them at a time. */
function rate(items: number, work: () => unknown): number {
  const start = performance.now()
  for (let rounds = 1; ; rounds++) {
    work()
    const elapsed = performance.now() - start
    if (elapsed > MEASURED_MILLISECONDS) return (rounds * items * 1000) / elapsed
  }
}

function ratio(value: number, of: number): number {
  return Math.round((value / of) * 100) / 100
}
