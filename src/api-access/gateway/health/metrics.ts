import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { type AdmissionMetrics, createAdmissionMetrics } from '../../admission/index.ts'
import type { RequestAttributes, RequestInfo } from '../../request/index.ts'
import type { InFlight, RequestKind } from '../limits/in-flight.ts'
import { type AuthenticationMetrics, createAuthenticationMetrics } from './authentication-metrics.ts'
import { type AuthorizationMetrics, createAuthorizationMetrics } from './authorization-metrics.ts'
import { type Durations, kept, TalliedHistogram, type Tally, talliedCounter } from './tallies.ts'

/** What the gate counts; names and labels are the API server's where the same thing is meant. */
export interface GateMetrics extends AuthenticationMetrics, AuthorizationMetrics {
  /** For the chain of stages, and its webhooks. */
  readonly admission: AdmissionMetrics
  /** @param result - e.g. `certificate`, `refused` */
  login(result: string): void
  /** @param seconds - until the answer was whole */
  request(info: RequestInfo, code: number, seconds: number): void
  /** A long-running request begins; to be called when it ends. */
  longRunning(attributes: RequestAttributes): () => void
  rejected(kind: RequestKind): void
  auditEvent(level: string): void
  auditFailure(): void
  tlsFailure(): void
  /** A connection for which there was no place. @param limit - `total` or `address` */
  refusedConnection(limit: string): void
  /** Asked at each scrape. */
  observe(sources: MetricSources): void
  text(): Promise<string>
  readonly contentType: string
}

export interface MetricSources {
  readonly inFlight: InFlight
  readonly connections: () => number
  readonly audit: () => { readonly waitingBytes: number; readonly open: number }
}

/** As the API server's `apiserver_request_duration_seconds` has them. */
const BUCKETS = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
]

/** Resource names come from clients: beyond so many sets of labels all else is `other`. */
const LABEL_SETS = 2000

/** "cleanVerb": metrics call verbs by their HTTP methods. */
const VERBS: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT' }
const CONNECTING = new Set(['exec', 'attach', 'portforward', 'proxy'])

const REQUEST_LABELS = ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'] as const

type RequestLabels = Readonly<Record<(typeof REQUEST_LABELS)[number], string>>
type LabelledRequest = Pick<RequestInfo, keyof RequestInfo & keyof RequestAttributes>

/** What is counted of requests that are alike. */
interface RequestTallies {
  readonly labels: RequestLabels & { readonly dry_run: string }
  readonly durations: Durations
  readonly codes: Map<number, Tally>
}

const OTHER = { apiGroup: '', apiVersion: '', resource: 'other', subresource: '' } as const

export function createMetrics(): GateMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter({ name, help, labelNames, registers })
  const tallied = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    talliedCounter({ name, help, labelNames, registers })
  const total = tallied('apiserver_request_total', 'Requests by verb, resource and HTTP code.', [
    ...REQUEST_LABELS,
    'dry_run',
    'code',
  ])
  const duration = new TalliedHistogram({
    name: 'apiserver_request_duration_seconds',
    help: 'Seconds until the answer was whole; long-running requests are left out.',
    labelNames: [...REQUEST_LABELS, 'dry_run'],
    buckets: BUCKETS,
    registers,
  })
  const long = new Gauge({
    name: 'apiserver_longrunning_requests',
    help: 'Watches and streams that are open.',
    labelNames: REQUEST_LABELS,
    registers,
  })
  const logins = counter('haetae_logins_total', 'Logins of local users, by result.', ['result'])
  const dropped = counter(
    'apiserver_dropped_requests_total',
    'Requests that were sent away (429), by kind.',
    ['request_kind'],
  )
  const events = tallied('apiserver_audit_event_total', 'Audit events that were made.', [])({})
  const levels = tallied('apiserver_audit_level_total', 'Audit events by level.', ['level'])
  const levelTallies = new Map<string, Tally>()
  const failures = counter(
    'apiserver_audit_error_total',
    'Writes of audit events that failed and are repeated.',
  )
  const tls = counter('apiserver_tls_handshake_errors_total', 'Connections that came to no request.')
  const refused = counter(
    'haetae_gateway_refused_connections_total',
    'Connections that were closed at once, by the limit that was reached: total, or that of an address.',
    ['limit'],
  )
  const requests = new Map<string, RequestTallies>()

  function talliesOf(info: LabelledRequest, dryRun: string): RequestTallies {
    const found = requests.get(keyOf(info, dryRun))
    if (found !== undefined) return found
    const counted = requests.size < LABEL_SETS ? info : { ...info, ...OTHER }
    return kept(requests, keyOf(counted, dryRun), () => {
      const labels = { ...labelsOf(counted), dry_run: dryRun }
      return { labels, durations: duration.durations(labels), codes: new Map<number, Tally>() }
    })
  }

  return {
    ...createAuthenticationMetrics(registers),
    ...createAuthorizationMetrics(registers),
    admission: createAdmissionMetrics(registers),
    login: (result) => logins.inc({ result }),
    request(info, code, seconds) {
      const { labels, durations, codes } = talliesOf(info, dryRunOf(info))
      kept(codes, code, () => total({ ...labels, code })).inc()
      if (seconds >= 0) durations.observe(seconds)
    },
    longRunning(attributes) {
      const { dry_run: _, ...labels } = talliesOf(attributes, '').labels
      long.inc(labels)
      return () => long.dec(labels)
    },
    rejected: (kind) => dropped.inc({ request_kind: kind }),
    auditEvent(level) {
      events.inc()
      kept(levelTallies, level, () => levels({ level })).inc()
    },
    auditFailure: () => failures.inc(),
    tlsFailure: () => tls.inc(),
    refusedConnection: (limit) => refused.inc({ limit }),
    observe({ inFlight, connections, audit }) {
      gauge(registry, 'haetae_gateway_connections', 'Connections of clients.', connections)
      gauge(
        registry,
        'haetae_audit_waiting_bytes',
        'Audit events that no sink has taken yet, in bytes.',
        () => audit().waitingBytes,
      )
      gauge(
        registry,
        'haetae_audit_open_requests',
        'Requests that are journaled and not done.',
        () => audit().open,
      )
      new Gauge({
        name: 'apiserver_current_inflight_requests',
        help: 'Requests under way, by kind.',
        labelNames: ['request_kind'],
        registers,
        collect() {
          for (const [kind, { taken }] of Object.entries(inFlight.counts()))
            this.set({ request_kind: kind }, taken)
        },
      })
      new Gauge({
        name: 'apiserver_current_inqueue_requests',
        help: 'Requests that wait for their turn, by kind.',
        labelNames: ['request_kind'],
        registers,
        collect() {
          for (const [kind, { waiting }] of Object.entries(inFlight.counts()))
            this.set({ request_kind: kind }, waiting)
        },
      })
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

function labelsOf(info: LabelledRequest): RequestLabels {
  const { apiGroup: group, apiVersion: version, resource, subresource } = info
  const [verb, scope] = [verbOf(info), scopeOf(info)]
  return { verb, group, version, resource, subresource, scope, component: 'haetae' }
}

/** "cleanDryRun": what the request says of it, where the API server would take it; `invalid` for all else. */
function dryRunOf({ query }: Pick<RequestInfo, 'query'>): string {
  if (!query.includes('dryRun')) return ''
  const values = new URLSearchParams(query).getAll('dryRun')
  if (values.length === 0) return ''
  return values.every((value) => value === 'All') ? 'All' : 'invalid'
}

/** What has the same labels has the same key. */
function keyOf(info: LabelledRequest, dryRun: string): string {
  const { apiGroup, apiVersion, resource, subresource } = info
  return `${verbOf(info)} ${apiGroup} ${apiVersion} ${resource} ${subresource} ${scopeOf(info)} ${dryRun}`
}

function verbOf({ verb, subresource }: LabelledRequest): string {
  return CONNECTING.has(subresource) ? 'CONNECT' : (VERBS[verb] ?? verb.toUpperCase())
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read())
    },
  })
}

function scopeOf({
  resourceRequest,
  name,
  namespace,
}: Pick<RequestInfo, 'resourceRequest' | 'name' | 'namespace'>): string {
  if (!resourceRequest) return ''
  if (name !== '') return 'resource'
  return namespace === '' ? 'cluster' : 'namespace'
}
