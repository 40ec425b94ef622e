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

/** Audit events a second that Falco 0.44.1 evaluates on one core of a machine of this kind, half of them alerting. */
const FALCO_PER_SECOND = 16_000

const TARGETS = { audit: 40_000, stable: 1_000_000, every: 500_000 } as const

const MEASURED_MILLISECONDS = 2000
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
    const take = (text: string) => {
      for (const decoded of decodeAuditEvents(JSON.parse(text))) {
        if (!('event' in decoded)) continue
        events++
        const event = { event: decoded.event, num: events }
        for (const output of detector.detect(event)) {
          alerts++
          written += JSON.stringify(alertOf(output, event)).length
        }
      }
    }
    const perSecond = rate(texts, take)
    emit({ name: `detection/audit/${matching}/events`, value: Math.round(perSecond), unit: 'events/s' })
    emit({ name: `detection/audit/${matching}/alerting`, value: percent(alerts, events), unit: '%' })
    emit({
      name: `detection/audit/${matching}/of-falco`,
      value: ratio(perSecond, FALCO_PER_SECOND),
      unit: 'x',
    })
    emit({ name: `detection/audit/${matching}/of-target`, value: ratio(perSecond, TARGETS.audit), unit: 'x' })
  }
}

/** Keeps the engine from dropping work whose result nobody reads. */
let written = 0

function systemCalls(emit: Emit): void {
  const events = linesOf('syscall_events').map((line) => JSON.parse(line) as SyscallEvent)
  const stable = rulesOf(join(FALCO_RULES, 'falco_rules.yaml'))
  const every = ['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'].map((file) =>
    join(FALCO_RULES, file),
  )
  const sets = {
    stable: { rules: stable, target: TARGETS.stable },
    every: { rules: rulesOf(...every), target: TARGETS.every },
    shipped: { rules: rulesOf('rules/syscall.yaml'), target: undefined },
  }
  for (const [name, { rules, target }] of Object.entries(sets)) {
    const perSecond = detectionRate(rules, syscallDetection, events)
    emit({
      name: `detection/syscall/${name}-${rules.length}/events`,
      value: Math.round(perSecond),
      unit: 'events/s',
    })
    if (target === undefined) continue
    emit({
      name: `detection/syscall/${name}-${rules.length}/of-target`,
      value: ratio(perSecond, target),
      unit: 'x',
    })
  }
  // The worst of kinds: those that most rules are about.
  for (const type of ['execve', 'openat', 'connect']) {
    const kind = events.filter((event) => event.type === type || event.type === type.replace('at', ''))
    if (kind.length === 0) continue
    const perSecond = detectionRate(sets.every.rules, syscallDetection, kind)
    emit({ name: `detection/syscall/every/${type}-only`, value: Math.round(perSecond), unit: 'events/s' })
  }
}

/** Rules of a large installation: each about another team's namespace, or another program. */
function ruleNumbers(emit: Emit): void {
  const audit = linesOf('k8s_audit_events').map((line) => ({ event: JSON.parse(line) as unknown }))
  const calls = linesOf('syscall_events').map((line) => JSON.parse(line) as SyscallEvent)
  for (const count of [10, 100, 1000, 5000]) {
    const perAudit = detectionRate(parsed(auditRules(count)), auditDetection, audit)
    emit({ name: `detection/audit/rules-${count}/events`, value: Math.round(perAudit), unit: 'events/s' })
    const perCall = detectionRate(parsed(syscallRules(count)), syscallDetection, calls)
    emit({ name: `detection/syscall/rules-${count}/events`, value: Math.round(perCall), unit: 'events/s' })
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
  for (let index = 0; index < EVENTS_OF_MEMORY; index++) {
    const stageTimestamp = new Date(1_767_323_045_000 + index).toISOString()
    const event = { ...base, requestURI: `/${index}`, user: { username: `user-${index}` }, stageTimestamp }
    written += detector.detect({ event }).length
    if (index % (EVENTS_OF_MEMORY / 10) === EVENTS_OF_MEMORY / 10 - 1) heap.push(usedMegabytes())
  }
  emit({ name: 'detection/memory/1M-events', value: heap[0] ?? 0, unit: 'MB' })
  emit({ name: 'detection/memory/10M-events', value: heap.at(-1) ?? 0, unit: 'MB' })
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function usedMegabytes(): number {
  collectGarbage()
  return Math.round(process.memoryUsage().heapUsed / 104_857.6) / 10
}

function detectionRate<E>(rules: readonly Rule[], source: DetectionSource<E>, events: readonly E[]): number {
  const detector = createDetector(rules, source, { matching: 'first' })
  return rate(events, (event) => {
    written += detector.detect(event).length
  })
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

/** @returns items a second of this thread's own processor time, over all of them in turn */
function rate<Item>(items: readonly Item[], take: (item: Item) => void): number {
  const once = () => {
    for (const item of items) take(item)
  }
  for (let round = 0; round < 20_000 / items.length; round++) once()
  let done = 0
  let elapsed = 0
  const start = process.threadCpuUsage()
  while (elapsed < MEASURED_MILLISECONDS) {
    once()
    done += items.length
    const { user, system } = process.threadCpuUsage(start)
    elapsed = (user + system) / 1000
  }
  if (!Number.isFinite(written)) throw new Error('sizes are numbers')
  return (done / elapsed) * 1000
}

function ratio(value: number, reference: number): number {
  return Math.round((value / reference) * 100) / 100
}

function percent(part: number, whole: number): number {
  return Math.round((part / whole) * 100)
}
