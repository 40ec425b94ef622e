import type { YamlMapping, YamlNode } from '../../../../kubernetes/index.ts'
import { type Context, within } from '../context.ts'
import type { ExceptionDefinition, ExceptionEntry } from '../definitions.ts'
import type { Diagnostics } from '../diagnostic.ts'
import { FALCO } from '../falco-text.ts'
import { invalid, isNull, requireText, valueAt } from '../scalars.ts'

/**
 * The `exceptions` of a rule (rule_loader_reader.cpp, read_rule_exceptions).
 *
 * @param isAppended - the item adds to exceptions of an earlier one: `fields` may then be left out
 */
export function readExceptions(
  item: YamlMapping,
  parent: Context,
  isAppended: boolean,
  diagnostics: Diagnostics,
): ExceptionDefinition[] {
  const given = valueAt(item, 'exceptions')
  if (given === undefined || isNull(given)) return []
  const all = within(parent, 'exceptions', given)
  if (given.kind !== 'sequence') throw invalid('Rule exceptions must be a sequence', all)
  const exceptions: ExceptionDefinition[] = []
  for (const node of given.items) {
    const unnamed = within(all, 'exception', node)
    if (node.kind !== 'mapping') throw invalid('Rule exception must be a mapping', unnamed)
    const name = requireText(node, 'name', unnamed)
    const context = within(parent, 'exception', node, name)
    for (const earlier of exceptions)
      if (earlier.name === name)
        diagnostics.warn(
          'LOAD_EXCEPTION_NAME_NOT_UNIQUE',
          `Multiple definitions of exception '${name}' in the same rule`,
          context,
        )
    const fields = readOptionalEntry(node, 'fields', context)
    if (fields === undefined && !isAppended) throw invalid("Item has no mapping for key 'fields'", context)
    const comparisons = readOptionalEntry(node, 'comps', context)
    const values = readValues(node, context, isAppended, diagnostics)
    exceptions.push({
      name,
      fields: orNone(fields),
      comparisons: orNone(comparisons),
      values,
      context,
    })
  }
  return exceptions
}

function readValues(
  exception: YamlMapping,
  context: Context,
  isAppended: boolean,
  diagnostics: Diagnostics,
): ExceptionEntry[] {
  const values = valueAt(exception, 'values')
  if (values === undefined) {
    if (isAppended) diagnostics.warn('LOAD_APPEND_NO_VALUES', FALCO.appendWithoutValues, context)
    return []
  }
  const all = within(context, 'exception values', values)
  if (values.kind !== 'sequence') throw invalid('Rule exception values must be a sequence', all)
  return values.items.map((value) => {
    const place = within(all, 'exception value', value)
    return readEntry(value, within(place, 'value for', value))
  })
}

function readOptionalEntry(
  exception: YamlMapping,
  key: string,
  context: Context,
): ExceptionEntry | undefined {
  const value = valueAt(exception, key)
  return value === undefined ? undefined : readEntry(value, within(context, 'value for', value, key))
}

function readEntry(node: YamlNode, context: Context): ExceptionEntry {
  if (node.kind === 'mapping' || isNull(node)) return { kind: 'none' }
  if (node.kind === 'scalar') {
    if (node.value === '') throw invalid('Value must be non-empty', context)
    return { kind: 'item', text: node.value }
  }
  const items = node.items.map((item) => {
    const place = within(context, 'exception', item)
    return readEntry(item, within(place, 'value for', item))
  })
  return { kind: 'list', items }
}

/** An empty list says as little as no list. */
function orNone(entry: ExceptionEntry | undefined): ExceptionEntry {
  return entry === undefined || (entry.kind === 'list' && entry.items.length === 0) ? { kind: 'none' } : entry
}
