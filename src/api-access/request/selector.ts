/**
 * One condition of a field or label selector, in the form of authorization.k8s.io/v1: `spec.nodeName=a` is
 * `{key: 'spec.nodeName', operator: 'In', values: ['a']}`. All conditions of a selector hold together.
 */
export interface SelectorRequirement {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  /** Empty for `Exists` and `DoesNotExist`. */
  readonly values: readonly string[]
}

interface Selectors {
  readonly fieldSelector?: readonly SelectorRequirement[]
  readonly labelSelector?: readonly SelectorRequirement[]
}

/**
 * What selectors narrow a request to, as a part of its attributes. What is no selector narrows nothing; the API server
 * refuses it.
 */
export function selectorsOf(fields: string, labels: string): Selectors {
  const fieldSelector = parseFieldSelector(fields) ?? []
  const labelSelector = parseLabelSelector(labels) ?? []
  return {
    ...(fieldSelector.length > 0 && { fieldSelector }),
    ...(labelSelector.length > 0 && { labelSelector }),
  }
}

/**
 * Reads `?fieldSelector=`, as authorization sees it (Kubernetes documentation, "Field Selectors").
 *
 * @param text - e.g. `metadata.name=web,status.phase!=Running`; `\\`, `\,` and `\=` stand for themselves
 * @returns undefined for text that is no selector: authorization then goes by a request without one
 */
export function parseFieldSelector(text: string): readonly SelectorRequirement[] | undefined {
  const requirements: SelectorRequirement[] = []
  for (const term of text.split(/(?<!(?:^|[^\\])(?:\\\\)*\\),/)) {
    if (term === '') continue
    const [, key, sign, value] = /^([^=!]*)(!=|==|=)(.*)$/s.exec(term) ?? []
    const unescaped = value === undefined ? undefined : unescapeValue(value)
    if (key === undefined || unescaped === undefined) return undefined
    requirements.push({ key, operator: sign === '!=' ? 'NotIn' : 'In', values: [unescaped] })
  }
  return requirements
}

/** @returns undefined where something is escaped that need not be, or is not that must be */
function unescapeValue(value: string): string | undefined {
  if (!/^(?:[^\\,=]|\\[\\,=])*$/s.test(value)) return undefined
  return value.replace(/\\(.)/gs, '$1')
}

const LABEL_TERM =
  /\s*(?:(!)\s*)?([-A-Za-z0-9_./]+)\s*(?:(==|=|!=)\s*([-A-Za-z0-9_.]*)|(in|notin)\s*\(([-A-Za-z0-9_.,\s]*)\)|([<>])\s*(\d+))?\s*(,|$)/y

/**
 * Reads `?labelSelector=` (Kubernetes documentation, "Labels and Selectors"). Comparisons with numbers, which
 * authorization.k8s.io has no form for, are left out: the selector is then seen as wider than it is.
 *
 * @param text - e.g. `app=web,tier in (front, back),!canary`
 * @returns undefined for text that is no selector
 */
export function parseLabelSelector(text: string): readonly SelectorRequirement[] | undefined {
  const requirements: SelectorRequirement[] = []
  if (text.trim() === '') return requirements
  for (LABEL_TERM.lastIndex = 0; ; ) {
    const term = LABEL_TERM.exec(text)
    if (term === null) return undefined
    const [, not, key = '', sign, value = '', set, list = '', comparison, , end] = term
    if (not !== undefined) {
      if (sign !== undefined || set !== undefined || comparison !== undefined) return undefined
      requirements.push({ key, operator: 'DoesNotExist', values: [] })
    } else if (sign !== undefined) {
      requirements.push({ key, operator: sign === '!=' ? 'NotIn' : 'In', values: [value] })
    } else if (set !== undefined) {
      const values = list.split(',').map((each) => each.trim())
      requirements.push({ key, operator: set === 'in' ? 'In' : 'NotIn', values: values.toSorted() })
    } else if (comparison === undefined) {
      requirements.push({ key, operator: 'Exists', values: [] })
    }
    if (end === '') return requirements
  }
}
