import {
  createDetector,
  type DetectionSource,
  type Detector,
  falcoAuditDetection,
  RULE_MATCHINGS,
  type RuleMatching,
  syscallDetection,
} from '../../../runtime/detection/index.ts'
import {
  type EventSourceName,
  PRIORITIES,
  parsePriority,
  type Rule,
  type RuleSelection,
  type RuleSet,
  type SyscallEvent,
  selectRules,
} from '../../../runtime/rules/index.ts'
import { RequestError } from '../engine.ts'
import { rulesEvalMessages } from './rules-messages.ts'

/** The part of a request line that asks for alerts. */
export interface AlertsRequest {
  readonly events?: readonly Readonly<Record<string, unknown>>[]
  readonly match?: RuleMatching
  readonly minPriority?: string
  readonly disable?: readonly string[]
  readonly enableTags?: readonly string[]
  readonly disableTags?: readonly string[]
}

/** An alert, told of the event by its place among the line's events. */
export interface EventAlert {
  readonly event: number
  readonly num?: number
  readonly rule: string
  readonly priority: string
  readonly output: string
  readonly output_fields: Readonly<Record<string, string>>
}

const NAMES = { type: 'array', items: { type: 'string' } }

/** JSON Schema of the properties of `AlertsRequest`. */
export const ALERTS_REQUEST_PROPERTIES = {
  events: {
    type: 'array',
    description:
      'k8s_audit: audit Events; syscall: {num, ts, tid, type, fields: {name: value}}; each line is a run of its own',
    items: { type: 'object' },
  },
  match: { enum: RULE_MATCHINGS, description: 'alert of the first rule that matches (default), or of all' },
  minPriority: { type: 'string', description: `rules of less are left out: ${PRIORITIES.join(', ')}` },
  disable: { ...NAMES, description: 'rules whose names contain one of these are off' },
  enableTags: { ...NAMES, description: 'only rules with one of these tags are on' },
  disableTags: { ...NAMES, description: 'rules with one of these tags are off' },
}

/** JSON Schema of an answer's alerts. */
export const ALERTS_ANSWER_SCHEMA = {
  type: 'array',
  items: {
    type: 'object',
    required: ['event', 'rule', 'priority', 'output', 'output_fields'],
    additionalProperties: false,
    properties: {
      event: { type: 'integer', description: 'index among the events' },
      num: { type: 'integer', description: "the event's own number" },
      rule: { type: 'string' },
      priority: { enum: PRIORITIES },
      output: {
        type: 'string',
        description:
          "as Falco's formatter writes the rule's output: it ends before a field that the event lacks",
      },
      output_fields: {
        type: 'object',
        description: 'fields of the output as text, <NA> where the event lacks one',
        additionalProperties: { type: 'string' },
      },
    },
  },
}

type RunEvents = (events: NonNullable<AlertsRequest['events']>) => EventAlert[]

/** Detectors of the rules of the line before, by what selects the rules. */
const kept = new Map<string, RunEvents>()
let keptRules: RuleSet | undefined

/**
 * The alerts of a line's events, in their order.
 *
 * @throws RequestError `ERR_PRIORITY`, `ERR_EVENT`
 */
export function alertsOf(rules: RuleSet, source: EventSourceName, request: AlertsRequest): EventAlert[] {
  const { events = [], ...options } = request
  if (keptRules !== rules) kept.clear()
  keptRules = rules
  const key = JSON.stringify([source, options])
  const run = kept.get(key) ?? runOf(rules, source, options)
  kept.set(key, run)
  return run(events)
}

function runOf(rules: RuleSet, source: EventSourceName, options: AlertsRequest): RunEvents {
  const selected = selectRules(rules.rules, selectionOf(options))
  const running = rules.rules.filter((rule) => rule.source === source && selected.has(rule.name))
  const matching = options.match ?? 'first'
  if (source === 'k8s_audit') {
    const detectors = freshDetectors(running, falcoAuditDetection, matching)
    return (events) =>
      detect(
        detectors(),
        events.map((event, index) => ({ event, num: index + 1 })),
      )
  }
  const detectors = freshDetectors(running, syscallDetection, matching)
  return (events) => detect(detectors(), events.map(syscallEvent))
}

/** A detector that remembers nothing of the line before; the same one where there is nothing to remember. */
function freshDetectors<E>(
  rules: readonly Rule[],
  source: DetectionSource<E>,
  matching: RuleMatching,
): () => Detector<E> {
  const remembers = rules.some(({ threshold, sequence, suppress }) => threshold ?? sequence ?? suppress)
  const first = createDetector(rules, source, { matching })
  return remembers ? () => createDetector(rules, source, { matching }) : () => first
}

function detect<E extends { readonly num?: number }>(
  detector: Detector<E>,
  events: readonly E[],
): EventAlert[] {
  return events.flatMap((event, index) =>
    detector.detect(event).map((found) => ({
      event: index,
      ...(event.num !== undefined && { num: event.num }),
      rule: found.rule.name,
      priority: found.rule.priority,
      output: found.strictMessage(event),
      output_fields: found.fields(event),
    })),
  )
}

function syscallEvent(event: Readonly<Record<string, unknown>>, index: number): SyscallEvent {
  const { fields } = event
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw new RequestError('ERR_EVENT', rulesEvalMessages.make.event({ index }))
  return event as unknown as SyscallEvent
}

function selectionOf({ disable, enableTags, disableTags, minPriority }: AlertsRequest): RuleSelection {
  const minimumPriority = minPriority === undefined ? undefined : parsePriority(minPriority)
  if (minPriority !== undefined && minimumPriority === undefined)
    throw new RequestError(
      'ERR_PRIORITY',
      rulesEvalMessages.make.priority({ priority: minPriority, known: PRIORITIES }),
    )
  return {
    ...(disable && { disableNameParts: disable }),
    ...(enableTags && { enableTags }),
    ...(disableTags && { disableTags }),
    ...(minimumPriority && { minimumPriority }),
  }
}
