import type { AuditEvent } from '../event/index.ts'
import {
  type AuditDecision,
  type AuditedRequest,
  compilePolicy,
  LEVELS,
  type Level,
  mayHaveRequestBody,
  mayHaveResponseBody,
  type Policy,
  STAGES,
  type Stage,
} from '../policy/index.ts'
import { type EventSize, sizeOf, sizeUnder, totalSize } from './event-size.ts'
import { requestOfEvent } from './request-of-event.ts'
import { Counter, type Tallied, Tally, type Volume } from './volume.ts'

/** What one rule makes of the events that it decides. */
export interface RuleOutcome {
  /** Index of the rule; null for the events that no rule matches. */
  readonly rule: number | null
  readonly level: Level
  readonly kept: Volume
  /** Events of the log that leave it, by the level None or by an omitted stage, with their size in the log. */
  readonly dropped: Volume
}

/** How two policies, or a policy and the log as it is, differ over the same events. */
export interface Difference extends Volume {
  /** The most frequent requests among them: `get pods/log`. */
  readonly top: readonly Tallied[]
  /** Those that the API server had refused (401, 403). */
  readonly refused: number
}

/** What a policy would have made of a recorded log. Bytes are those of the API server's own log lines. */
export interface SimulationResult {
  /** The log as it is. */
  readonly log: Volume
  /** What would be in it under the policy. */
  readonly kept: Volume
  readonly levels: Readonly<Record<Level, Volume>>
  readonly rules: readonly RuleOutcome[]
  /** Recorded before (by the log, or by the policy compared with) and no longer; without `stagesDropped`. */
  readonly lost: Difference
  /** Events of stages before the last that are newly omitted: the request is still recorded, by its outcome. */
  readonly stagesDropped: Volume
  /** Not recorded by the policy compared with, and recorded now; empty without one. */
  readonly gained: Difference
  /** Kept events that lose a body, and the bytes of those bodies. */
  readonly bodiesDropped: Volume
  /** Kept events that would carry a body which the log does not have; how long they are cannot be known. */
  readonly bodiesUnknown: number
  /** Events of stages that the policy does not omit but the log lacks, judged by its requests that came to an end. */
  readonly stagesUnknown: number
}

/** Takes a log's events one by one; memory does not grow with their number. */
export interface Simulation {
  add(event: AuditEvent): void
  result(): SimulationResult
}

const MOST_DIFFERENCES = 10

/**
 * Replays recorded events against a policy.
 *
 * What the API server did not record cannot be replayed: requests that left no event, and bodies that an event was made
 * without. The former are invisible, the latter are counted as unknown.
 *
 * @param policy - valid
 * @param against - the policy to compare with; without it the log itself is what the policy is compared with
 */
export function createSimulation(policy: Policy, against?: Policy): Simulation {
  const compiled = compilePolicy(policy)
  const before = against === undefined ? undefined : compilePolicy(against)
  const rules = new RuleCounters(policy)
  const log = new Counter()
  const kept = new Counter()
  const levels = Object.fromEntries(LEVELS.map((level) => [level, new Counter()])) as Record<Level, Counter>
  const lost = new DifferenceCounter()
  const gained = new DifferenceCounter()
  const stagesDropped = new Counter()
  const bodiesDropped = new Counter()
  let bodiesUnknown = 0

  return {
    add(event) {
      const request = requestOfEvent(event)
      const size = sizeOf(event)
      const recorded = totalSize(size)
      log.add(recorded)
      const decision = compiled.decide(request)
      const stage = stageOf(event)
      const isKept = keeps(decision, stage)
      const wasKept = before === undefined || keeps(before.decide(request), stage)
      rules.add(decision, stage, isKept ? sizeUnder(size, decision) : undefined, recorded)
      if (wasKept && !isKept) {
        if (decision.level !== 'None' && isEarly(stage)) stagesDropped.add(recorded)
        else lost.add(event, request, recorded)
      }
      if (!isKept) return

      const bytes = sizeUnder(size, decision)
      kept.add(bytes)
      levels[decision.level].add(bytes)
      if (!wasKept) gained.add(event, request, bytes)
      const cut = bodiesCut(size, decision)
      if (cut > 0) bodiesDropped.add(cut)
      if (lacksBody(event, request, decision, stage)) bodiesUnknown++
    },
    result: () => ({
      log: plain(log),
      kept: plain(kept),
      levels: Object.fromEntries(LEVELS.map((level) => [level, plain(levels[level])])) as Record<
        Level,
        Volume
      >,
      rules: rules.outcomes(),
      lost: lost.difference(),
      stagesDropped: plain(stagesDropped),
      gained: gained.difference(),
      bodiesDropped: plain(bodiesDropped),
      bodiesUnknown,
      stagesUnknown: rules.missingStages(),
    }),
  }
}

/** Counts by rule. */
class RuleCounters {
  readonly #policy: Policy
  readonly #kept: readonly Counter[]
  readonly #dropped: readonly Counter[]
  /** By rule: requests seen to end, less those seen to begin, where both stages are to be recorded. */
  readonly #unseen: number[]

  /** The last of each list stands for the events that no rule matches. */
  constructor(policy: Policy) {
    this.#policy = policy
    const size = { length: policy.rules.length + 1 }
    this.#kept = Array.from(size, () => new Counter())
    this.#dropped = Array.from(size, () => new Counter())
    this.#unseen = Array.from(size, () => 0)
  }

  add(decision: AuditDecision, stage: Stage | undefined, kept: number | undefined, recorded: number): void {
    const index = decision.rule ?? this.#policy.rules.length
    if (kept === undefined) this.#dropped[index]?.add(recorded)
    else this.#kept[index]?.add(kept)
    if (!keeps(decision, 'RequestReceived')) return
    if (stage === 'ResponseComplete') this.#unseen[index] = (this.#unseen[index] ?? 0) + 1
    if (stage === 'RequestReceived') this.#unseen[index] = (this.#unseen[index] ?? 0) - 1
  }

  outcomes(): RuleOutcome[] {
    const { rules } = this.#policy
    return this.#kept.map((kept, index) => ({
      rule: index < rules.length ? index : null,
      level: (rules[index]?.level ?? 'None') as Level,
      kept: plain(kept),
      dropped: plain(this.#dropped[index] as Counter),
    }))
  }

  missingStages(): number {
    return this.#unseen.reduce((sum, unseen) => sum + Math.max(0, unseen), 0)
  }
}

class DifferenceCounter {
  readonly #tally = new Tally()
  #refused = 0

  add(event: AuditEvent, request: AuditedRequest, bytes: number): void {
    this.#tally.add(describe(request), bytes)
    const code = event.responseStatus?.code
    if (code === 401 || code === 403) this.#refused++
  }

  difference(): Difference {
    const { total } = this.#tally
    return { ...plain(total), top: this.#tally.top(MOST_DIFFERENCES), refused: this.#refused }
  }
}

function keeps({ level, omitStages }: AuditDecision, stage: Stage | undefined): boolean {
  return level !== 'None' && (stage === undefined || !omitStages.includes(stage))
}

function stageOf({ stage }: AuditEvent): Stage | undefined {
  return STAGES.find((known) => known === stage)
}

/** Whether a later event of the same request tells how it ended. */
function isEarly(stage: Stage | undefined): boolean {
  return stage === 'RequestReceived' || stage === 'ResponseStarted'
}

function bodiesCut({ requestBody, responseBody }: EventSize, { level }: AuditDecision): number {
  if (level === 'Metadata') return requestBody + responseBody
  return level === 'Request' ? responseBody : 0
}

/** Whether the policy asks for a body that the event was made without. */
function lacksBody(
  event: AuditEvent,
  request: AuditedRequest,
  { level }: AuditDecision,
  stage: Stage | undefined,
): boolean {
  if (stage === 'RequestReceived' || level === 'Metadata') return false
  const levels: readonly string[] = LEVELS
  const recorded = levels.indexOf(event.level ?? '')
  const hadRequest = recorded >= levels.indexOf('Request') || event.requestObject !== undefined
  if (!hadRequest && mayHaveRequestBody(request)) return true
  const hadResponse = recorded >= levels.indexOf('RequestResponse') || event.responseObject !== undefined
  return (
    level === 'RequestResponse' && !hadResponse && stage !== 'ResponseStarted' && mayHaveResponseBody(request)
  )
}

/** The kind of request, the same in every language: `get deployments.apps/scale`, `get /healthz`. */
function describe({ verb, resourceRequest, resource, subresource, apiGroup, path }: AuditedRequest): string {
  if (!resourceRequest) return `${verb} ${path}`
  const qualified = apiGroup === '' ? resource : `${resource}.${apiGroup}`
  return `${verb} ${qualified}${subresource === '' ? '' : `/${subresource}`}`
}

function plain({ events, bytes }: Volume): Volume {
  return { events, bytes }
}
