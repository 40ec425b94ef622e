import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { decodeAuditEvents } from '../src/api-access/audit/index.ts'
import {
  auditDetection,
  createAlerts,
  createDetector,
  type DetectionSource,
  syscallDetection,
} from '../src/runtime/detection/index.ts'
import { loadRules, type Rule, type SyscallEvent, selectRules } from '../src/runtime/rules/index.ts'
import { median, rateOf, ratio } from './measure.ts'

/** Audit events a second that Falco 0.44.1 evaluates on one core of a machine of this kind, half of them alerting. */
const FALCO_PER_SECOND = 16_000

/** The least that is asked of one core; stands in the names of the lines that compare with it. */
const LEAST = { audit: 40_000, stable: 1_000_000, every: 500_000 } as const

/** The most that the heap may grow from the first million events to the tenth. */
const MOST_GROWTH_MEGABYTES = 10

const EVENTS_OF_MEMORY = 10_000_000

const CONFORMANCE = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'falco')
const FALCO_RULES = process.env['HAETAE_FALCO_RULES'] ?? '../shared/corpus/falco-rules/rules'

type Emit = (line: { name: string; value: number; unit: string }) => void

const ORIGIN = { hostname: 'bench', uuid: () => 'uuid', now: () => 0n }

/**
 * Measures detection on one core: audit events from the text of their JSON to the text of their alerts, system calls in
 * memory, how the cost grows with the number of rules, and memory over many events.
 */
export async function run(emit: Emit): Promise<void> {
  if (!existsSync(CONFORMANCE) || !existsSync(FALCO_RULES)) {
    console.error(`skipped: no events in ${CONFORMANCE} or no rules in ${FALCO_RULES}`)
    return
  }
  auditEvents(emit)
  systemCalls(emit)
  ruleNumbers(emit)
  memory(emit)
}

function auditEvents(emit: Emit): void {
  const texts = linesOf('k8s_audit_events')
  const rules = [...rulesOf('rules/k8s_audit.yaml'), ...rulesOf(join(FALCO_RULES, 'k8s_audit_rules.yaml'))]
  const running = rules.filter(({ source }) => source === 'k8s_audit')
  emit({ name: 'detection/audit/rules', value: running.length, unit: 'rules' })
  for (const matching of ['first', 'all'] as const) {
    const detector = createDetector(running, auditDetection, { matching })
    const alertOf = createAlerts(auditDetection, ORIGIN)
    let alerts = 0
    let events = 0
    const perSecond = rateOf(texts, (text) => {
      let written = 0
      for (const decoded of decodeAuditEvents(JSON.parse(text))) {
        if (!('event' in decoded)) continue
        events++
        const event = { event: decoded.event, num: events }
        for (const output of detector.detect(event)) {
          alerts++
          written += JSON.stringify(alertOf(output, event)).length
        }
      }
      return written
    })
    const parsed = rateOf(texts, (text) => Object.keys(JSON.parse(text)).length)
    const name = `detection/audit/${matching}`
    emit({ name: `${name}/events`, value: Math.round(perSecond), unit: 'events/s' })
    emit({ name: `${name}/alerts-per-event`, value: ratio(alerts, events), unit: 'alerts' })
    emit({ name: `${name}/of-least-${LEAST.audit}`, value: ratio(perSecond, LEAST.audit), unit: 'x' })
    emit({
      name: `${name}/of-falco-${FALCO_PER_SECOND}`,
      value: ratio(perSecond, FALCO_PER_SECOND),
      unit: 'x',
    })
    // What does not change with the machine: how many times the mere parsing of the text it takes.
    emit({ name: `${name}/cost-in-JSON.parse`, value: ratio(parsed, perSecond), unit: 'x' })
  }
}

function systemCalls(emit: Emit): void {
  const events = linesOf('syscall_events').map((line) => JSON.parse(line) as SyscallEvent)
  const stable = rulesOf(join(FALCO_RULES, 'falco_rules.yaml'))
  const every = rulesOf(
    ...['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'].map((file) =>
      join(FALCO_RULES, file),
    ),
  )
  const shipped = rulesOf('rules/syscall.yaml')
  // 97 % of the recordings are ticks of the clock, which no rule is about.
  const calls = events.filter(({ type }) => type !== 'procinfo')
  measure(`stable-${stable.length}`, stable, LEAST.stable)
  measure(`every-${every.length}`, every, LEAST.every)
  measure(`shipped-${shipped.length}`, shipped, undefined)

  function measure(name: string, rules: readonly Rule[], least: number | undefined): void {
    emit({ name: `detection/syscall/${name}/preparation`, value: preparation(rules), unit: 'ms' })
    // The worst of kinds are those that most rules are about.
    const kinds = { recorded: events, calls, ...byType(['execve', 'open', 'connect']) }
    for (const [kind, some] of Object.entries(kinds)) {
      const perSecond = detectionRate(rules, syscallDetection, some)
      const line = `detection/syscall/${name}/${kind}`
      emit({ name: `${line}/events`, value: Math.round(perSecond), unit: 'events/s' })
      if (least !== undefined)
        emit({ name: `${line}/of-least-${least}`, value: ratio(perSecond, least), unit: 'x' })
    }
  }

  function byType(types: readonly string[]): Readonly<Record<string, readonly SyscallEvent[]>> {
    return Object.fromEntries(
      types.map((type) => [`${type}-only`, events.filter((event) => event.type === type)]),
    )
  }
}

/** Rules of a large installation: each about another team's namespace, or another program. */
function ruleNumbers(emit: Emit): void {
  const audit = linesOf('k8s_audit_events').map((line) => ({ event: JSON.parse(line) as unknown }))
  const calls = linesOf('syscall_events').map((line) => JSON.parse(line) as SyscallEvent)
  curve('audit', (count) => detectionRate(parsed(auditRules(count)), auditDetection, audit))
  curve('syscall', (count) => detectionRate(parsed(syscallRules(count)), syscallDetection, calls))

  function curve(name: string, rate: (count: number) => number): void {
    let ofFew = 0
    for (const count of [10, 100, 1000, 5000]) {
      const perSecond = rate(count)
      if (ofFew === 0) ofFew = perSecond
      const line = `detection/${name}/rules-${count}`
      emit({ name: `${line}/events`, value: Math.round(perSecond), unit: 'events/s' })
      // A hundred times the rules, of which an event can match no more than before.
      emit({ name: `${line}/cost-of-rules-10-at-most-3`, value: ratio(ofFew, perSecond), unit: 'x' })
    }
  }
}

const VERBS = ['create', 'update', 'patch', 'delete', 'get', 'list']
const RESOURCES = ['pods', 'secrets', 'configmaps', 'services', 'deployments', 'roles', 'jobs', 'ingresses']

function auditRules(count: number): string {
  return numbered(count, (index) => {
    const condition = [
      'ka.stage = ResponseComplete',
      `ka.verb in (${VERBS[index % VERBS.length]}, ${VERBS[(index + 1) % VERBS.length]})`,
      `ka.target.resource = ${RESOURCES[index % RESOURCES.length]}`,
      `ka.target.namespace = team-${index}`,
      'not ka.user.name startswith "system:"',
    ].join(' and ')
    return { condition, output: 'user=%ka.user.name', source: 'k8s_audit' }
  })
}

const TYPES = ['execve', 'openat', 'open', 'connect', 'unlinkat', 'chmod', 'setuid', 'socket']

function syscallRules(count: number): string {
  return numbered(count, (index) => {
    const condition = `evt.type = ${TYPES[index % TYPES.length]} and proc.name = program-${index} and not user.name = root`
    return { condition, output: 'command=%proc.cmdline', source: 'syscall' }
  })
}

function numbered(
  count: number,
  make: (index: number) => { condition: string; output: string; source: string },
): string {
  const rules = Array.from({ length: count }, (_, index) => ({
    rule: `Rule ${index}`,
    desc: 'a rule',
    priority: 'NOTICE',
    ...make(index),
  }))
  return JSON.stringify(rules)
}

/** Every event has another user: the worst for what stateful rules remember. */
function memory(emit: Emit): void {
  const detector = createDetector(rulesOf('rules/k8s_audit.yaml'), auditDetection)
  const base = {
    auditID: 'a',
    stage: 'ResponseComplete',
    verb: 'get',
    objectRef: { resource: 'secrets', namespace: 'shop', name: 'db' },
    responseStatus: { code: 200 },
  }
  const heap: number[] = []
  let alerts = 0
  for (let index = 0; index < EVENTS_OF_MEMORY; index++) {
    const stageTimestamp = new Date(1_767_323_045_000 + index).toISOString()
    const event = { ...base, requestURI: `/${index}`, user: { username: `user-${index}` }, stageTimestamp }
    alerts += detector.detect({ event }).length
    if (index % (EVENTS_OF_MEMORY / 10) === EVENTS_OF_MEMORY / 10 - 1) heap.push(usedMegabytes())
  }
  emit({ name: 'detection/memory/1M-events', value: heap[0] ?? 0, unit: 'MB' })
  emit({ name: 'detection/memory/10M-events', value: heap.at(-1) ?? 0, unit: 'MB' })
  emit({ name: 'detection/memory/alerts', value: alerts, unit: 'alerts' })
  const growth = Math.round(((heap.at(-1) ?? 0) - (heap[0] ?? 0)) * 10) / 10
  emit({ name: `detection/memory/growth-at-most-${MOST_GROWTH_MEGABYTES}-MB`, value: growth, unit: 'MB' })
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function usedMegabytes(): number {
  collectGarbage()
  return Math.round(process.memoryUsage().heapUsed / 104_857.6) / 10
}

function detectionRate<E>(rules: readonly Rule[], source: DetectionSource<E>, events: readonly E[]): number {
  const detector = createDetector(rules, source, { matching: 'first' })
  return rateOf(events, (event) => detector.detect(event).length)
}

/** Milliseconds of processor time from rules to the first event's answer. */
function preparation(rules: readonly Rule[]): number {
  const times = Array.from({ length: 9 }, () => {
    const start = process.threadCpuUsage()
    createDetector(rules, syscallDetection).detect({ type: 'execve', fields: {} })
    const { user, system } = process.threadCpuUsage(start)
    return (user + system) / 1000
  })
  return Math.round(median(times))
}

function rulesOf(...files: readonly string[]): Rule[] {
  return enabled(files.map((file) => ({ name: file, text: readFileSync(file, 'utf8') })))
}

function parsed(text: string): Rule[] {
  return enabled([{ name: 'rules.yaml', text }])
}

/** All rules, also those that are off by default: the target says how many. */
function enabled(files: readonly { name: string; text: string }[]): Rule[] {
  const { ok, rules } = loadRules(files)
  if (!ok) throw new Error(`rules that do not load: ${files.map(({ name }) => name).join(', ')}`)
  const names = selectRules(rules.rules, { rules: [{ enable: true, rule: '*' }] })
  return rules.rules.filter(({ name }) => names.has(name))
}

function linesOf(folder: string): string[] {
  return globSync(join(CONFORMANCE, folder, '*.jsonl'))
    .sort()
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line !== '')
}
