import { auditEvents, type CompileResult, compileFilter, syscallEvents } from '../compiler/index.ts'
import { catalogueOf, EVENT_SOURCES, type EventSourceName } from '../fields/index.ts'
import {
  type BinaryCheckNode,
  type FilterNode,
  type FilterPosition,
  parseFilter,
  parseOperand,
  walkNodes,
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
  const compiled = COMPILE[name](withoutIdentifiers(condition))
  const warnings: ConditionProblem[] = []
  let error = compiled.ok ? undefined : compiled.error
  walkNodes(condition, (node) => {
    if (node.kind !== 'binary-check') return
    error ??= eventTypeProblem(node)
    warnings.push(...valueWarnings(node, (text) => isField(text, name)))
  })
  return { warnings, ...(error === undefined ? {} : { error }) }
}

/** Whether a text is a field of the source, or a transformer around fields, as can stand left of an operator. */
export function isOperand(text: string, source: string): boolean {
  const name = knownSource(source)
  if (name === undefined) return true
  if (!text.includes('(')) return isField(text, name)
  const parsed = parseFilter(`${text} exists`)
  return parsed.ok && checkCondition(parsed.ast, source).error === undefined
}

const COMPILE: Readonly<Record<EventSourceName, (condition: FilterNode) => CompileResult<never>>> = {
  syscall: (condition) => compileFilter(condition, syscallEvents),
  k8s_audit: (condition) => compileFilter(condition, auditEvents),
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

/** The condition with names of macros, which may stand in a macro's own text, taken for something that holds. */
function withoutIdentifiers(node: FilterNode): FilterNode {
  switch (node.kind) {
    case 'and':
    case 'or': {
      const children = node.children.map(withoutIdentifiers)
      return children.every((child, index) => child === node.children[index]) ? node : { ...node, children }
    }
    case 'not': {
      const child = withoutIdentifiers(node.child)
      return child === node.child ? node : { ...node, child }
    }
    case 'identifier':
      return { kind: 'and', children: [], position: node.position }
    default:
      return node
  }
}
