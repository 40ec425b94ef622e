import type { YamlMapping, YamlNode } from '../../../../kubernetes/index.ts'
import { adviseOnKey } from '../advice/keys.ts'
import { type Context, within } from '../context.ts'
import { RuleFault } from '../diagnostic.ts'
import { invalid, valueAt } from '../scalars.ts'

/** Which keys of an item are appended to, and which replace, what an earlier item says. */
export interface Overrides {
  readonly append: ReadonlySet<string>
  readonly replace: ReadonlySet<string>
  readonly isGiven: boolean
}

/**
 * `override: {condition: append, priority: replace}` (rule_loader_reader.cpp, decode_overrides).
 *
 * @param appendable - keys that may be appended to
 * @param replaceable - keys that may be replaced
 * @throws RuleFault for another key or operation
 */
export function readOverrides(
  item: YamlMapping,
  appendable: readonly string[],
  replaceable: readonly string[],
  parent: Context,
): Overrides {
  const append = new Set<string>()
  const replace = new Set<string>()
  const overrides = valueAt(item, 'override')
  if (overrides?.kind === 'sequence' && overrides.items.length > 0)
    throw unreadable(INVALID_NODE, item, parent)
  const context = within(parent, 'overrides', item)
  const wanted = {
    append: { known: appendable, keys: append },
    replace: { known: replaceable, keys: replace },
  }
  for (const entry of overrides?.kind === 'mapping' ? overrides.entries : []) {
    const key = textOf(entry.key, parent)
    const operation = textOf(entry.value, parent)
    if (operation !== 'append' && operation !== 'replace')
      throw invalid(
        wrongOperation(key, operation, appendable, replaceable),
        within(context, 'value for', entry.value, key),
      )
    const { known, keys } = wanted[operation]
    if (!known.includes(key))
      throw notOverridable(key, operation, known, within(context, 'overrides', entry.key, key))
    keys.add(key)
  }
  return { append, replace, isGiven: append.size + replace.size > 0 }
}

function notOverridable(
  key: string,
  operation: string,
  known: readonly string[],
  context: Context,
): RuleFault {
  return new RuleFault(
    'LOAD_ERR_YAML_VALIDATE',
    operation === 'append'
      ? `Key '${key}' cannot be appended to, use 'replace' instead`
      : `Key '${key}' cannot be replaced`,
    context,
    { advice: adviseOnKey(key, known) },
  )
}

function wrongOperation(
  key: string,
  operation: string,
  appendable: readonly string[],
  replaceable: readonly string[],
): string {
  const allowed = `${appendable.includes(key) ? 'append ' : ''}${replaceable.includes(key) ? 'replace ' : ''}`
  return `Invalid override operation for key '${key}': '${operation}'. Allowed values are: ${allowed}`
}

const INVALID_NODE =
  'invalid node; this may result from using a map iterator as a sequence iterator, or vice-versa'

/** Keys and operations are scalars; null is none to yaml-cpp only when it is asked for a number. */
function textOf(node: YamlNode, context: Context): string {
  if (node.kind === 'scalar') return node.value === '' && node.isPlain ? 'null' : node.value
  const { line, column } = context.source.lines.positionAt(node.start)
  throw unreadable(`yaml-cpp: error at line ${line}, column ${column}: bad conversion`, node, context)
}

/** What Falco meets as an exception of its YAML library, and reports for the whole file. */
function unreadable(message: string, node: YamlNode, { source, steps }: Context): RuleFault {
  return new RuleFault(
    'LOAD_ERR_VALIDATE',
    message,
    { source, steps: steps.slice(0, 1) },
    { offset: node.start },
  )
}
