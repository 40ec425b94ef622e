import { type Policy, type PolicyRule, RECORD_NOTHING } from '../../policy/index.ts'
import { builtInSubresources, groupsOfResource } from '../../policy/lint/built-in-resources.ts'
import { ALL_REQUESTS, type Region } from '../../policy/lint/region.ts'
import type { ValueSet } from '../../policy/lint/value-set.ts'
import { decisionsOver } from '../cover/decisions.ts'
import { byKnownGroups } from '../cover/known-groups.ts'
import type { BroadRule } from './broad-rules.ts'
import type { Cell } from './cell.ts'

/**
 * Rules that drop what a broad rule would record for nobody: the values that the conditions which it feeds exclude. A
 * value that another detection still has to see stays.
 *
 * @param earlier - the rules before it
 * @param cells - of all detections
 */
export function exclusionsOf(
  { rule, cells: own }: BroadRule,
  earlier: readonly PolicyRule[],
  cells: readonly Cell[],
): readonly PolicyRule[] {
  const base: PolicyRule = { ...RECORD_NOTHING, users: rule.users, userGroups: rule.userGroups }
  const excluded = (side: keyof Region) =>
    excludedOf(own.map(({ region }) => region[side])).filter((value) => value !== '')
  const paths = own.every(({ region }) => !region.kind.values.has('non-resource')) ? ['*'] : excluded('path')

  return [
    ...(rule.nonResourceURLs.some((url) => url !== '*') || paths.length === 0
      ? []
      : joined(paths, (nonResourceURLs) => ({ ...base, nonResourceURLs }))),
    ...(rule.users.length > 0 ? [] : joined(excluded('user'), (users) => ({ ...base, users }))),
    ...joined(excluded('namespace'), (namespaces) => ({ ...base, namespaces })),
    ...joined(excluded('verb'), (verbs) => ({ ...base, verbs })),
    ...joined(excluded('resource').filter(isBuiltIn), (names) => ({ ...base, resources: entriesOf(names) })),
  ]

  /** One rule with all the values that nobody needs. */
  function joined(values: readonly string[], make: (values: readonly string[]) => PolicyRule): PolicyRule[] {
    const reached = values.filter((value) => isReached(make([value])))
    if (reached.length === 0) return []
    const together = make(reached.toSorted())
    if (isIdle(together)) return [together]
    const idle = reached.filter((value) => isIdle(make([value])))
    return idle.length === 0 ? [] : [make(idle.toSorted())]
  }

  /** Whether any request at all gets so far. */
  function isReached(drop: PolicyRule): boolean {
    const policy: Policy = { rules: [...earlier, drop], omitStages: [], omitManagedFields: false }
    const everything = { region: ALL_REQUESTS, groups: [], isAll: false }
    return decisionsOver(policy, everything).some((part) => part.rule === earlier.length)
  }

  /** Whether no request that a detection looks at gets as far as the rule that would drop it. */
  function isIdle(drop: PolicyRule): boolean {
    const policy: Policy = { rules: [...earlier, drop], omitStages: [], omitManagedFields: false }
    return cells.every((cell) =>
      byKnownGroups(cell).every((question) =>
        decisionsOver(policy, question).every((part) => part.rule !== earlier.length),
      ),
    )
  }
}

/** What all of some sets exclude by name. */
function excludedOf(sets: readonly ValueSet[]): readonly string[] {
  if (sets.some(({ inverted }) => !inverted)) return []
  const [first, ...others] = sets.map(({ values }) => values)
  return [...others.reduce((common, values) => common.intersection(values), first ?? new Set<string>())]
}

function isBuiltIn(resource: string): boolean {
  return groupsOfResource(resource).length > 0
}

function entriesOf(names: readonly string[]): PolicyRule['resources'] {
  const byGroup = new Map<string, string[]>()
  for (const name of names)
    for (const group of groupsOfResource(name)) {
      const patterns = [name, ...builtInSubresources(name).map((subresource) => `${name}/${subresource}`)]
      byGroup.set(group, [...(byGroup.get(group) ?? []), ...patterns])
    }
  return [...byGroup].map(([group, resources]) => ({ group, resources, resourceNames: [] }))
}
