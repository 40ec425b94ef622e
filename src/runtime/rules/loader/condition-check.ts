import { auditEvents, checkProblem, syscallEvents } from '../compiler/index.ts'
import { catalogueOf, EVENT_SOURCES, type EventSourceName } from '../fields/index.ts'
import {
  type BinaryCheckNode,
  type FilterNode,
  type FilterPosition,
  parseFilter,
  parseOperand,
} from '../parser/index.ts'
import { isEventType } from './event-types/known.ts'
import { valueWarnings } from './value-warnings.ts'

/** What is wrong with a condition whose grammar is right, and where in the text that its nodes were read from. */
export interface ConditionProblem {
  readonly message: string
  readonly position: FilterPosition
}

export interface ConditionCheck {
  readonly error?: ConditionProblem
  readonly warnings: readonly ConditionProblem[]
}

/**
 * Holds a condition against the fields of its source, as Falco's compiler of filters does.
 *
 * @param condition - its macros resolved; identifiers that are left are passed over
 * @param source - one without a catalogue is not checked
 */
export function checkCondition(condition: FilterNode, source: string): ConditionCheck {
  const name = knownSource(source)
  if (name === undefined) return { warnings: [] }
  const { compileError, typeError, warnings } = summaryOf(condition, name)
  const error = compileError ?? typeError
  return { warnings, ...(error === undefined ? {} : { error }) }
}

/** What there is to say of a part of a condition. */
interface Summary {
  readonly compileError: ConditionProblem | undefined
  readonly typeError: ConditionProblem | undefined
  readonly warnings: readonly ConditionProblem[]
}

const NOTHING: Summary = Object.freeze({ compileError: undefined, typeError: undefined, warnings: [] })

/** Macros stand in many conditions: each part is looked at once. */
const SUMMARIES: Readonly<Record<EventSourceName, WeakMap<FilterNode, Summary>>> = {
  syscall: new WeakMap(),
  k8s_audit: new WeakMap(),
}

function summaryOf(node: FilterNode, source: EventSourceName): Summary {
  const known = SUMMARIES[source].get(node)
  if (known !== undefined) return known
  const summary = summarise(node, source)
  SUMMARIES[source].set(node, summary)
  return summary
}

function summarise(node: FilterNode, source: EventSourceName): Summary {
  switch (node.kind) {
    case 'and':
    case 'or':
      return joinSummaries(node.children.map((child) => summaryOf(child, source)))
    case 'not':
      return summaryOf(node.child, source)
    // The name of a macro, which may stand in a macro's own text.
    case 'identifier':
      return NOTHING
    case 'unary-check':
      return { ...NOTHING, compileError: PROBLEM[source](node) }
    case 'binary-check':
      return {
        compileError: PROBLEM[source](node),
        typeError: eventTypeProblem(node),
        warnings: valueWarnings(node, (text) => isField(text, source)),
      }
  }
}

function joinSummaries(parts: readonly Summary[]): Summary {
  const telling = parts.filter((part) => part !== NOTHING && !isSilent(part))
  const [first] = telling
  if (first === undefined) return NOTHING
  if (telling.length === 1) return first
  return {
    compileError: telling.find(({ compileError }) => compileError !== undefined)?.compileError,
    typeError: telling.find(({ typeError }) => typeError !== undefined)?.typeError,
    warnings: telling.flatMap(({ warnings }) => warnings),
  }
}

function isSilent({ compileError, typeError, warnings }: Summary): boolean {
  return compileError === undefined && typeError === undefined && warnings.length === 0
}

/** Whether a text is a field of the source, or a transformer around fields, as can stand left of an operator. */
export function isOperand(text: string, source: string): boolean {
  const name = knownSource(source)
  if (name === undefined) return true
  if (!text.includes('(')) return isField(text, name)
  const parsed = parseFilter(`${text} exists`)
  return parsed.ok && checkCondition(parsed.ast, source).error === undefined
}

type CheckNode = Extract<FilterNode, { kind: 'binary-check' | 'unary-check' }>

const PROBLEM: Readonly<Record<EventSourceName, (check: CheckNode) => ConditionProblem | undefined>> = {
  syscall: (check) => checkProblem(check, syscallEvents),
  k8s_audit: (check) => checkProblem(check, auditEvents),
}

function knownSource(source: string): EventSourceName | undefined {
  return EVENT_SOURCES.find((each) => each === source)
}

function isField(text: string, source: EventSourceName): boolean {
  if (!FIELD.test(text)) return false
  const parsed = parseOperand(text)
  if (!parsed.ok || parsed.node.kind !== 'field' || parsed.length !== text.length) return false
  return catalogueOf(source).lookup(parsed.node.name, parsed.node.argument).ok
}

/** What a field can look like: nearly all constants of rules are told from fields by this alone. */
const FIELD = /^[a-zA-Z]\w*(?:\.[a-zA-Z]\w*)+(?:\[|$)/

/** The name of an event type that there is not (libs, sinsp_filtercheck_event.cpp, validate_filter_value). */
function eventTypeProblem({ left, right }: BinaryCheckNode): ConditionProblem | undefined {
  if (left.kind !== 'field' || left.name !== 'evt.type' || right.kind === 'transformer') return undefined
  const values = right.kind === 'value' ? [right.value] : right.values
  const unknown = values.find((value) => !isEventType(value))
  return unknown === undefined
    ? undefined
    : { message: `unknown event type ${unknown}`, position: right.position }
}
