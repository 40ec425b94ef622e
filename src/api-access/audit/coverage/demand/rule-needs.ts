import {
  auditEvents,
  conditionsOf,
  createFormat,
  parseOperand,
  type Rule,
} from '../../../../runtime/rules/index.ts'
import { type Demand, demandsOf } from './demand.ts'
import { type Body, eventField } from './event-field.ts'

/** A body that the output of an alert shows something of. */
export interface OutputRead {
  readonly field: string
  readonly body: Body
}

/** What a detection needs of an audit policy. */
export interface RuleNeeds {
  readonly rule: Rule
  /** The demands of its condition, and of each step of its sequence: all of them have to be met. */
  readonly conditions: readonly (readonly Demand[])[]
  readonly outputs: readonly OutputRead[]
}

/** @param rule - of source `k8s_audit` */
export function needsOf(rule: Rule): RuleNeeds {
  return {
    rule,
    conditions: conditionsOf(rule).map((condition) => demandsOf(condition).map(withState)),
    outputs: outputsOf(rule),
  }

  /** By what `threshold`, `sequence` and `suppress` count, events have to be told apart. */
  function withState(demand: Demand): Demand {
    const reads = stateFields(rule).flatMap((field) => {
      const { bodies, readsManagedFields } = eventField(field)
      return bodies.map((body) => ({ field, body, whenAbsent: false, readsManagedFields }))
    })
    return reads.length === 0 ? demand : { ...demand, reads: [...demand.reads, ...reads] }
  }
}

function stateFields({ threshold, sequence, suppress }: Rule): readonly string[] {
  const distinct = threshold?.distinct
  return [
    ...(threshold?.by ?? []),
    ...(distinct === undefined ? [] : [distinct]),
    ...(sequence?.by ?? []),
    ...(suppress?.by ?? []),
  ]
}

/** An event shown as a whole is shown as it was recorded: nothing is missing from it. */
function outputsOf({ output, extraFields }: Rule): readonly OutputRead[] {
  const templates = [output, ...[...extraFields.values()].map(({ format }) => format)]
  const names = templates.flatMap((template) => {
    const made = createFormat(template, auditEvents)
    return made.ok ? made.format.fieldNames : []
  })
  return [...new Set(names)].flatMap((field) => {
    const parsed = parseOperand(field)
    if (!parsed.ok || parsed.node.kind !== 'field') return []
    const { bodies } = eventField(field)
    return bodies.length === 1 ? bodies.map((body) => ({ field, body })) : []
  })
}
