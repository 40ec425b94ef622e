import {
  auditEvents,
  compileFilter,
  type FilterNode,
  possibleValues,
} from '../../../../runtime/rules/index.ts'
import { STAGES } from '../../policy/index.ts'
import { ALL_REQUESTS } from '../../policy/lint/region.ts'
import { intersect, isEmpty, only, type ValueSet } from '../../policy/lint/value-set.ts'
import { type Alternative, ANYTHING, type BodyRead, ofResources } from './alternative.ts'
import { type EventField, eventField, type FieldSubject } from './event-field.ts'
import { knownValues } from './known-values.ts'
import { uriAlternative } from './uri.ts'

/** A comparison of a condition, or a test whether a field is there. */
export type Check = Extract<FilterNode, { kind: 'binary-check' | 'unary-check' }>

/** Where an event has what a subject is about. */
const PLACES: Readonly<Partial<Record<FieldSubject, readonly string[]>>> = {
  verb: ['verb'],
  apiGroup: ['objectRef', 'apiGroup'],
  resource: ['objectRef', 'resource'],
  subresource: ['objectRef', 'subresource'],
  namespace: ['objectRef', 'namespace'],
  name: ['objectRef', 'name'],
  user: ['user', 'username'],
  stage: ['stage'],
}

/** Only requests for resources have these. */
const OF_RESOURCES: ReadonlySet<FieldSubject> = new Set([
  'apiGroup',
  'resource',
  'subresource',
  'namespace',
  'name',
])

/** An event with nothing in it that a check could look at. */
const BARE_EVENT = { auditID: '0' }

/**
 * The events that a check, or its negation, lets through.
 *
 * @returns undefined for none
 */
export function literalAlternative(check: Check, isNegated: boolean): Alternative | undefined {
  const compiled = compileFilter(check, auditEvents)
  // The loader has compiled it before; what it lets pass nevertheless is not narrowed.
  if (!compiled.ok) return ANYTHING
  const { fields, test } = compiled.filter
  const holds = (event: unknown) => test({ event }) !== isNegated
  const described = fields.map((text) => ({ text, ...eventField(text) }))
  const certain = certainOutcome(check, described, holds)
  if (certain !== undefined) return certain ? ANYTHING : undefined

  const whenAbsent = holds(BARE_EVENT)
  const reads = described.flatMap(({ text, bodies, readsManagedFields }) =>
    bodies.map((body): BodyRead => ({ field: text, body, whenAbsent, readsManagedFields })),
  )
  const isLate = described.some((field) => field.isLate)
  const literal: Alternative = {
    ...ANYTHING,
    reads,
    holdsEarly: isLate && whenAbsent,
    stages: whenAbsent ? ANYTHING.stages : stagesWith(described),
  }
  const [only, ...others] = described
  return only === undefined || others.length > 0 ? literal : narrowed(literal, only, check, isNegated, holds)
}

/** The outcome of a check that is the same for every event: rules say `jevt.rawtime exists` for always. */
function certainOutcome(
  check: Check,
  fields: readonly EventField[],
  holds: (event: unknown) => boolean,
): boolean | undefined {
  if (fields.length > 0 && fields.every(({ nature }) => nature === 'constant')) return holds(BARE_EVENT)
  if (!fields.every(({ nature }) => nature === 'time')) return undefined
  const isWithZero =
    check.kind === 'binary-check' &&
    ['=', '==', '!='].includes(check.operator) &&
    check.right.kind === 'value' &&
    check.right.value === '0'
  return check.kind === 'unary-check' || isWithZero ? holds(BARE_EVENT) : undefined
}

/** The stages at which the fields can be there. */
function stagesWith(fields: readonly EventField[]): ValueSet {
  if (fields.some(({ bodies }) => bodies.length === 1 && bodies[0] === 'responseObject'))
    return only(['ResponseComplete', 'Panic'])
  return only(STAGES.filter((stage) => stage !== 'RequestReceived' || !fields.some(({ isLate }) => isLate)))
}

function narrowed(
  literal: Alternative,
  { text, subject }: EventField & { readonly text: string },
  check: Check,
  isNegated: boolean,
  holds: (event: unknown) => boolean,
): Alternative | undefined {
  if (subject === undefined) return literal
  if (subject === 'uri') return uriAlternative(literal, check, isNegated)
  if (subject === 'groups') return withGroups(literal, check, isNegated)
  const values = valuesOf(subject, text, check, isNegated, holds)
  if (subject === 'stage') {
    const stages = intersect(literal.stages, values)
    return isEmpty(stages) ? undefined : { ...literal, stages }
  }
  const region = { ...ALL_REQUESTS, [subject]: values }
  const isAbsentToo = values.values.has('') !== values.inverted
  return { ...literal, region: OF_RESOURCES.has(subject) && !isAbsentToo ? ofResources(region) : region }
}

function valuesOf(
  subject: FieldSubject,
  field: string,
  check: Check,
  isNegated: boolean,
  holds: (event: unknown) => boolean,
): ValueSet {
  const isAbsent = holds(BARE_EVENT)
  if (check.kind === 'unary-check') return { values: new Set(['']), inverted: !isAbsent }
  const node: FilterNode = isNegated ? { kind: 'not', child: check, position: check.position } : check
  const { kind, values, absent } = possibleValues(node, field)
  if (kind === 'only') return only(absent ? [...values, ''] : values)
  if (values.size > 0 || !absent)
    return { values: absent ? values : new Set([...values, '']), inverted: true }
  const others = ['', ...knownValues(subject)].filter((value) => !holds(eventWith(subject, value)))
  return { values: new Set(others), inverted: true }
}

function eventWith(subject: FieldSubject, value: string): unknown {
  if (value === '') return BARE_EVENT
  const nested = (PLACES[subject] ?? []).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
  return { ...BARE_EVENT, ...(nested as object) }
}

/** `ka.user.groups intersects (…)`: "a member of any of" them, as a policy's `userGroups`. */
function withGroups(literal: Alternative, check: Check, isNegated: boolean): Alternative {
  if (isNegated || check.kind !== 'binary-check' || check.operator !== 'intersects') return literal
  const { right, modifier } = check
  if (modifier !== undefined || right.kind === 'transformer') return literal
  return { ...literal, groups: right.kind === 'value' ? [right.value] : right.values }
}
