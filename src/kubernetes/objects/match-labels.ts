/** A `metav1.LabelSelector` as it may stand in an object. */
export interface LabelSelectorTerms {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly {
    readonly key?: string
    readonly operator?: string
    readonly values?: readonly string[]
  }[]
}

type Labels = Readonly<Record<string, string>>

/**
 * Whether labels meet a selector: "the result of matchLabels and matchExpressions are ANDed. An empty label selector
 * matches all objects. A null label selector matches no objects" (API reference, LabelSelector).
 *
 * `NotIn` and `DoesNotExist` hold for labels without the key. An operator that does not exist matches nothing.
 */
export function matchesLabels(selector: LabelSelectorTerms | undefined, labels: Labels): boolean {
  if (selector === undefined) return false
  const { matchLabels = {}, matchExpressions = [] } = selector
  return (
    Object.entries(matchLabels).every(
      ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
    ) && matchExpressions.every(({ key = '', operator, values = [] }) => meets(labels, key, operator, values))
  )
}

function meets(
  labels: Labels,
  key: string,
  operator: string | undefined,
  values: readonly string[],
): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return false
  }
}
