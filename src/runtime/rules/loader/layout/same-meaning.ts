import type { YamlNode } from '../../../../kubernetes/index.ts'
import { isNull } from '../scalars.ts'

/** Whether two YAML texts say the same: the order of keys and the style of scalars are no difference. */
export function meanSame(left: readonly YamlNode[], right: readonly YamlNode[]): boolean {
  return JSON.stringify(left.map(plain)) === JSON.stringify(right.map(plain))
}

function plain(node: YamlNode): unknown {
  if (node.kind === 'scalar') return isNull(node) ? null : `${node.tag} ${node.value}`
  if (node.kind === 'sequence') return node.items.map(plain)
  const entries = node.entries.map(({ key, value }) => [JSON.stringify(plain(key)), plain(value)] as const)
  // Where a key stands twice the first value counts, so their order is kept.
  return entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}
