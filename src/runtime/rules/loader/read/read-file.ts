import { readPositionedYaml, type YamlNode } from '../../../../kubernetes/index.ts'
import type { Collector } from '../collector.ts'
import { type Context, rootContext } from '../context.ts'
import { type Diagnostics, RuleFault } from '../diagnostic.ts'
import { invalid, isNull } from '../scalars.ts'
import type { RuleSource } from '../source.ts'
import { readItem } from './read-item.ts'
import { yamlFault } from './yaml-fault.ts'

/** After an item that can't be read: stop, as Falco does, or go on with the next one, as an editor would. */
export type AfterFault = 'stop' | 'continue'

/**
 * Reads the items of a rule file into the collector.
 *
 * @returns whether every item could be read
 */
export function readFile(
  source: RuleSource,
  collector: Collector,
  diagnostics: Diagnostics,
  afterFault: AfterFault,
): boolean {
  const context = rootContext(source)
  const yaml = readPositionedYaml(source.text)
  if (!yaml.ok) {
    diagnostics.fault(yamlFault(yaml.problem, context))
    return false
  }
  let isRead = true
  for (const step of steps(yaml.documents, context)) {
    try {
      readItem(step(), context, collector, diagnostics)
    } catch (fault) {
      if (!(fault instanceof RuleFault)) throw fault
      diagnostics.fault(fault)
      isRead = false
      if (afterFault === 'stop') return false
    }
  }
  return isRead
}

/** One step an item of every document; a document that is no list of items is a step that throws. */
function* steps(documents: readonly YamlNode[], context: Context): Generator<() => YamlNode> {
  for (const document of documents) {
    if (isNull(document)) continue
    if (document.kind === 'sequence') {
      for (const item of document.items) if (!isNull(item)) yield () => item
      continue
    }
    yield () => {
      throw invalid(
        document.kind === 'scalar'
          ? 'Rules content is not yaml'
          : 'Rules content is not yaml array of objects',
        context,
      )
    }
  }
}
