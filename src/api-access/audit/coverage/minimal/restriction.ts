import type { ValueSet } from '../../policy/lint/value-set.ts'
import type { Cell } from './cell.ts'

/** For whom and where a rule is; undefined asks for nothing. */
export interface Restriction {
  readonly users?: readonly string[]
  readonly userGroups?: readonly string[]
  readonly namespaces?: readonly string[]
  readonly resourceNames?: readonly string[]
}

/** As much of a cell as a rule can say by listing values: what it cannot say, it does not ask for. */
export function restrictionOf({ region, groups }: Cell): Restriction {
  const users = listOf(region.user)
  const namespaces = listOf(region.namespace)
  const names = listOf(region.name)
  return {
    // A user that authentication did not find out cannot be listed.
    ...(users && !users.includes('') && { users }),
    ...(groups && { userGroups: [...groups].sort() }),
    ...(namespaces && { namespaces }),
    ...(names && !names.includes('') && { resourceNames: names }),
  }
}

/** Whether the first lets through all that the second does. */
export function isWider(wide: Restriction, narrow: Restriction): boolean {
  return (['users', 'userGroups', 'namespaces', 'resourceNames'] as const).every((side) => {
    const [outer, inner] = [wide[side], narrow[side]]
    return outer === undefined || (inner?.every((value) => outer.includes(value)) ?? false)
  })
}

export function listOf({ values, inverted }: ValueSet): readonly string[] | undefined {
  return inverted ? undefined : [...values].sort()
}
