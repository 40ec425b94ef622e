import type { FilterNode } from '../../parser/index.ts'
import { nearestField } from '../advice/fields.ts'
import { isOperand } from '../condition-check.ts'
import type { Context } from '../context.ts'
import type { RuleDefinition } from '../definitions.ts'
import { RuleFault } from '../diagnostic.ts'
import type { Rule } from '../ruleset.ts'
import type { SourcedText } from '../sourced-text.ts'
import { statefulFault } from './fault.ts'
import { statefulMessages } from './messages.ts'

const { make } = statefulMessages

/**
 * Haetae's own keys of a rule, with fields checked and the steps of a sequence compiled.
 *
 * @throws RuleFault LOAD_ERR_EXTENSION
 */
export function compileStateful(
  { threshold, sequence, suppress, source }: RuleDefinition,
  compileStep: (text: SourcedText, context: Context) => FilterNode,
): Pick<Rule, 'threshold' | 'sequence' | 'suppress'> {
  const field = (reference: SourcedText) => checkedField(reference, source)
  return {
    ...(threshold && {
      threshold: {
        count: threshold.count,
        within: threshold.within,
        by: threshold.by.map(field),
        ...(threshold.distinct && { distinct: field(threshold.distinct) }),
      },
    }),
    ...(sequence && {
      sequence: {
        steps: sequence.steps.map((step, index) => checkedStep(step, index, compileStep)),
        within: sequence.within,
        by: sequence.by.map(field),
      },
    }),
    ...(suppress && {
      suppress: { limit: suppress.limit, within: suppress.within, by: suppress.by.map(field) },
    }),
  }
}

function checkedField({ text, pieces }: SourcedText, source: string): string {
  if (isOperand(text, source)) return text
  const nearest = nearestField(text, source) ?? ''
  throw statefulFault(make.unknownField({ field: text, source, nearest }), contextOf({ text, pieces }))
}

function checkedStep(
  step: SourcedText,
  index: number,
  compileStep: (text: SourcedText, context: Context) => FilterNode,
): FilterNode {
  try {
    return compileStep(step, contextOf(step))
  } catch (fault) {
    if (!(fault instanceof RuleFault)) throw fault
    const own = make.step({ step: index + 1, reason: fault.message })
    const told = statefulFault(own, fault.context)
    throw new RuleFault(told.code, told.message, fault.context, { ...fault.detail, own })
  }
}

function contextOf({ pieces }: SourcedText): Context {
  const [piece] = pieces
  if (piece === undefined) throw new Error('a text that was read has a place')
  return piece.context
}
