import type { YamlMapping } from '../../../../kubernetes/index.ts'
import { adviseOnKey } from '../advice/keys.ts'
import type { Collector } from '../collector.ts'
import type { Context } from '../context.ts'
import type { Diagnostics } from '../diagnostic.ts'

/** What a reader of one kind of item is given. */
export interface ItemReading {
  readonly item: YamlMapping
  /** Of the file. */
  readonly parent: Context
  readonly collector: Collector
  readonly diagnostics: Diagnostics
}

/** Warns of keys that an item of this kind does not have. */
export function warnOfUnknownKeys(
  item: YamlMapping,
  known: readonly string[],
  context: Context,
  diagnostics: Diagnostics,
): void {
  for (const { key } of item.entries) {
    if (key.kind !== 'scalar' || known.includes(key.value)) continue
    diagnostics.warn('LOAD_UNKNOWN_KEY', `Unknown key '${key.value}'. The key will be ignored.`, context, {
      offset: key.start,
      advice: adviseOnKey(key.value, known),
    })
  }
}
