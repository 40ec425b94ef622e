import type { YamlNode } from '../../../../kubernetes/index.ts'
import { type Context, type ItemType, within } from '../context.ts'
import type { PluginRequirement } from '../definitions.ts'
import { countOf, invalid, requireScalar, requireText, valueAt } from '../scalars.ts'
import { parseVersion } from '../version.ts'
import type { ItemReading } from './item-reading.ts'

/**
 * `required_engine_version: 0.31.0`. A bare number `n` is an engine version from before they had three parts: `0.n.0`.
 *
 * @throws RuleFault for what is no version, or a newer one than ours
 */
export function readEngineVersion({ item, parent, collector }: ItemReading): void {
  const context = within(parent, 'required_engine_version', item)
  const { value } = requireScalar(item, 'required_engine_version', context)
  const minor = countOf(value)
  const version = minor === undefined ? parseVersion(value) : { major: 0, minor, patch: 0 }
  if (version === undefined)
    throw invalid(
      `Unable to parse engine version '${value}' as a semver string. Expected "x.y.z" semver format.`,
      context,
    )
  collector.requireEngine(version, context)
}

/** `required_plugin_versions`: plugins with their versions, and others that may take their place. */
export function readPluginVersions({ item, parent, collector }: ItemReading): void {
  const plugins = valueAt(item, 'required_plugin_versions') ?? item
  const context = within(parent, 'required plugin versions', plugins)
  if (plugins.kind !== 'sequence')
    throw invalid('Value of required_plugin_versions must be a sequence', context)
  for (const plugin of plugins.items) {
    const read = readPlugin(
      plugin,
      'required plugin versions entry',
      'Plugin version must be a mapping',
      context,
    )
    const alternatives = plugin.kind === 'mapping' ? valueAt(plugin, 'alternatives') : undefined
    collector.requirePlugin([read.plugin, ...readAlternatives(alternatives, read.context)], read.context)
  }
}

function readAlternatives(alternatives: YamlNode | undefined, context: Context): PluginRequirement[] {
  if (alternatives === undefined) return []
  if (alternatives.kind !== 'sequence')
    throw invalid('Value of plugin version alternatives must be a sequence', context)
  const wrong = 'Plugin version alternative must be a mapping'
  return alternatives.items.map(
    (node) => readPlugin(node, 'required plugin versions alternative', wrong, context).plugin,
  )
}

function readPlugin(
  node: YamlNode,
  type: ItemType,
  wrong: string,
  parent: Context,
): { plugin: PluginRequirement; context: Context } {
  const unnamed = within(parent, type, node)
  if (node.kind !== 'mapping') throw invalid(wrong, unnamed)
  const name = requireText(node, 'name', unnamed)
  const context = within(parent, type, node, name)
  return { plugin: { name, version: requireText(node, 'version', context) }, context }
}
