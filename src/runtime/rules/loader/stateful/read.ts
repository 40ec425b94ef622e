import type { YamlMapping, YamlNode } from '../../../../kubernetes/index.ts'
import { nearestKey } from '../advice/nearest.ts'
import { type Context, within } from '../context.ts'
import { countOf, valueAt } from '../scalars.ts'
import { type SourcedText, sourcedText } from '../sourced-text.ts'
import type {
  SequenceDefinition,
  StatefulDefinition,
  SuppressDefinition,
  ThresholdDefinition,
} from './definition.ts'
import { parseDuration } from './duration.ts'
import { statefulFault } from './fault.ts'
import { statefulMessages } from './messages.ts'

const { make } = statefulMessages

/** One of the own keys, being read. */
interface Block {
  readonly name: string
  readonly mapping: YamlMapping
  readonly context: Context
}

/**
 * Haetae's own keys of a rule: `threshold`, `sequence`, `suppress`.
 *
 * @throws RuleFault LOAD_ERR_EXTENSION for keys that are wrong; fields are checked when the rule's source is known
 */
export function readStateful(item: YamlMapping, context: Context): StatefulDefinition {
  const threshold = blockOf(item, 'threshold', ['count', 'within', 'by', 'distinct'], context)
  const sequence = blockOf(item, 'sequence', ['steps', 'within', 'by'], context)
  const suppress = blockOf(item, 'suppress', ['limit', 'within', 'by'], context)
  if (threshold !== undefined && sequence !== undefined)
    throw statefulFault(make.together({}), context, sequence.mapping)
  return {
    ...(threshold === undefined ? {} : { threshold: thresholdOf(threshold) }),
    ...(sequence === undefined ? {} : { sequence: sequenceOf(sequence) }),
    ...(suppress === undefined ? {} : { suppress: suppressOf(suppress) }),
  }
}

function thresholdOf(block: Block): ThresholdDefinition {
  const [distinct] = fieldsOf(block, 'distinct')
  return {
    count: countIn(block, 'count', 2) ?? missing(block, 'count'),
    within: durationOf(block),
    by: fieldsOf(block, 'by'),
    ...(distinct === undefined ? {} : { distinct }),
  }
}

function sequenceOf(block: Block): SequenceDefinition {
  const steps = valueAt(block.mapping, 'steps') ?? missing(block, 'steps')
  if (steps.kind !== 'sequence' || steps.items.length === 0)
    throw statefulFault(make.steps({}), block.context, steps)
  const conditions = steps.items.map((step) => {
    if (step.kind !== 'scalar' || step.value.trim() === '')
      throw statefulFault(make.steps({}), block.context, step)
    return sourcedText(step, within(block.context, 'extension item', step))
  })
  return { steps: conditions, within: durationOf(block), by: fieldsOf(block, 'by') }
}

function suppressOf(block: Block): SuppressDefinition {
  return {
    limit: countIn(block, 'limit', 1) ?? 1,
    within: durationOf(block),
    by: fieldsOf(block, 'by'),
  }
}

function blockOf(
  item: YamlMapping,
  name: string,
  keys: readonly string[],
  parent: Context,
): Block | undefined {
  const mapping = valueAt(item, name)
  if (mapping === undefined) return undefined
  const context = within(parent, 'extension item', mapping, name)
  if (mapping.kind !== 'mapping') throw statefulFault(make.notMapping({ key: name }), context)
  for (const { key } of mapping.entries) {
    const text = key.kind === 'scalar' ? key.value : ''
    if (keys.includes(text)) continue
    const nearest = nearestKey(text, keys) ?? ''
    throw statefulFault(make.unknownKey({ key: text, inside: name, nearest }), context, key.start)
  }
  return { name, mapping, context }
}

function durationOf(block: Block): number {
  const node = valueAt(block.mapping, 'within') ?? missing(block, 'within')
  const value = textOf(node)
  const duration = parseDuration(value)
  if (duration !== undefined) return duration
  throw statefulFault(make.duration({ key: `${block.name}.within`, value }), block.context, node)
}

function countIn(block: Block, key: string, least: number): number | undefined {
  const node = valueAt(block.mapping, key)
  if (node === undefined) return undefined
  const count = countOf(textOf(node))
  if (count !== undefined && count >= least) return count
  throw statefulFault(
    make.count({ key: `${block.name}.${key}`, value: textOf(node), least }),
    block.context,
    node,
  )
}

/** A field, or a list of fields. */
function fieldsOf(block: Block, key: string): SourcedText[] {
  const node = valueAt(block.mapping, key)
  if (node === undefined) return []
  const nodes = node.kind === 'sequence' && key === 'by' ? node.items : [node]
  return nodes.map((each) => {
    if (each.kind === 'scalar' && each.value !== '')
      return sourcedText(each, within(block.context, 'extension item', each))
    throw statefulFault(make.fields({ key: `${block.name}.${key}` }), block.context, each)
  })
}

function missing({ name, context }: Block, key: string): never {
  throw statefulFault(make.missingKey({ key, inside: name }), context)
}

function textOf(node: YamlNode): string {
  return node.kind === 'scalar' ? node.value : ''
}
