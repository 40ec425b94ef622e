import type { YamlMapping, YamlNode } from '../../../../kubernetes/index.ts'
import { adviceMessages } from '../advice/messages.ts'
import { nearestKey } from '../advice/nearest.ts'
import type { Collector } from '../collector.ts'
import { type Context, within } from '../context.ts'
import type { Diagnostics } from '../diagnostic.ts'
import { invalid, valueAt } from '../scalars.ts'
import type { ItemReading } from './item-reading.ts'
import { readList } from './read-list.ts'
import { readMacro } from './read-macro.ts'
import { readEngineVersion, readPluginVersions } from './read-requirements.ts'
import { readRule } from './read-rule.ts'

/** The kinds of items by the key that tells them, in the order in which Falco looks for them. */
const READERS: readonly (readonly [string, (reading: ItemReading) => void])[] = [
  ['required_engine_version', readEngineVersion],
  ['required_plugin_versions', readPluginVersions],
  ['list', readList],
  ['macro', readMacro],
  ['rule', readRule],
]

/**
 * Reads one item of a rule file (rule_loader_reader.cpp, read_item).
 *
 * @throws RuleFault for an item that is wrong
 */
export function readItem(
  item: YamlNode,
  parent: Context,
  collector: Collector,
  diagnostics: Diagnostics,
): void {
  const context = within(parent, 'rules content item', item)
  if (item.kind !== 'mapping')
    throw invalid('Unexpected element type. Each element should be a yaml associative array.', context)
  const reader = READERS.find(([key]) => valueAt(item, key) !== undefined)
  if (reader !== undefined) {
    reader[1]({ item, parent, collector, diagnostics })
    return
  }
  diagnostics.warn('LOAD_UNKNOWN_ITEM', 'Unknown top level item', context, { advice: kindAdvice(item) })
}

function kindAdvice(item: YamlMapping) {
  const kinds = READERS.map(([key]) => key)
  for (const { key } of item.entries) {
    const nearest = key.kind === 'scalar' ? nearestKey(key.value, kinds) : undefined
    if (nearest !== undefined) return adviceMessages.make.nearest({ name: nearest })
  }
  return adviceMessages.make.itemKinds({ kinds })
}
