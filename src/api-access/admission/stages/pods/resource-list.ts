import {
  addQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantityOf,
  subtractQuantities,
} from '../../../../kubernetes/index.ts'

/** Amounts by the name of their resource: `cpu`, `requests.memory`, `count/pods`. */
export type ResourceList = ReadonlyMap<string, Quantity>

export const NOTHING: ResourceList = new Map()

/**
 * Reads a list as it stands in an object.
 *
 * @param value - e.g. `{cpu: '500m'}`; what is no quantity counts as absent, since the API server keeps none
 */
export function resourceListOf(value: unknown): ResourceList {
  if (typeof value !== 'object' || value === null) return NOTHING
  const entries = Object.entries(value).flatMap(([name, amount]): [string, Quantity][] => {
    const quantity = parseQuantity(amount)
    return quantity === undefined ? [] : [[name, quantity]]
  })
  return new Map(entries)
}

/** The amounts of both, added where both have the resource (`quota.Add`). */
export function add(a: ResourceList, b: ResourceList): ResourceList {
  return merge(a, b, addQuantities)
}

/** The larger of both, for each resource (`quota.Max`). */
export function larger(a: ResourceList, b: ResourceList): ResourceList {
  return merge(a, b, (one, other) => (one.nanos <= other.nanos ? other : one))
}

/** What `a` is more than `b`, nowhere less than zero (`quota.SubtractWithNonNegativeResult`). */
export function excess(a: ResourceList, b: ResourceList): ResourceList {
  const zero = quantityOf(0)
  const result = new Map<string, Quantity>()
  for (const [name, amount] of a) {
    const rest = subtractQuantities(amount, b.get(name) ?? zero)
    result.set(name, rest.nanos > 0n ? rest : zero)
  }
  return result
}

/** Only the resources of these names (`quota.Mask`). */
export function mask(list: ResourceList, names: ReadonlySet<string>): ResourceList {
  return new Map([...list].filter(([name]) => names.has(name)))
}

/** As Kubernetes' messages list it, by name: `cpu=1,memory=2Gi`. */
export function printed(list: ResourceList): string {
  return [...list]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, amount]) => `${name}=${formatQuantity(amount)}`)
    .join(',')
}

function merge(
  a: ResourceList,
  b: ResourceList,
  join: (one: Quantity, other: Quantity) => Quantity,
): ResourceList {
  const result = new Map(a)
  for (const [name, amount] of b) {
    const known = a.get(name)
    result.set(name, known === undefined ? amount : join(known, amount))
  }
  return result
}
