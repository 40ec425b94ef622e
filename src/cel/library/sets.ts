import { type FunctionDeclaration, overload } from '../check/declarations.ts'
import { BOOL, listOf, parameter } from '../types/type.ts'
import { equals } from '../values/equals.ts'
import type { List } from '../values/list.ts'
import { spend } from '../values/meter.ts'
import { costSize } from '../values/size.ts'
import type { Result, Value } from '../values/value.ts'

const LIST = listOf(parameter('T'))

function has(list: List, value: Value): boolean {
  spend(list.size)
  for (const element of list) if (equals(element, value)) return true
  return false
}

function contains(list: List, part: List): Result {
  for (const element of part) if (!has(list, element)) return false
  return true
}

function intersects(one: List, other: List): Result {
  for (const element of one) if (has(other, element)) return true
  return false
}

const pairs = (times: number) => (args: readonly Value[]) =>
  1 + costSize(args[0] ?? null) * costSize(args[1] ?? null) * times

/** Lists as sets (cel-go's extension "Sets", which Kubernetes has since 1.29). */
export const sets: readonly FunctionDeclaration[] = [
  {
    name: 'sets.contains',
    cost: pairs(1),
    overloads: [overload('list_sets_contains_list', [LIST, LIST], BOOL, contains)],
  },
  {
    name: 'sets.equivalent',
    cost: pairs(2),
    overloads: [
      overload(
        'list_sets_equivalent_list',
        [LIST, LIST],
        BOOL,
        (one: List, other: List) => contains(one, other) === true && contains(other, one) === true,
      ),
    ],
  },
  {
    name: 'sets.intersects',
    cost: pairs(1),
    overloads: [overload('list_sets_intersects_list', [LIST, LIST], BOOL, intersects)],
  },
]
