import type { Fields } from '../../../kubernetes/index.ts'
import {
  parseFieldSelector,
  parseLabelSelector,
  type RequestAttributes,
  type SelectorRequirement,
  type User,
} from '../../request/index.ts'

/** The `spec` of a review as decoded; what is absent is undefined. */
export interface ReviewSpec {
  readonly resourceAttributes: ResourceAttributesJson | undefined
  readonly nonResourceAttributes: { readonly path: string; readonly verb: string } | undefined
  readonly user: User
}

export interface ResourceAttributesJson {
  readonly namespace: string
  readonly verb: string
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string
  readonly name: string
  readonly fieldSelector: SelectorJson | undefined
  readonly labelSelector: SelectorJson | undefined
}

/** A selector as text or as requirements; of the latter only those are kept that are ones. */
export interface SelectorJson {
  readonly rawSelector: string
  readonly requirements: readonly {
    readonly key: string
    readonly operator: string
    readonly values: readonly string[]
  }[]
}

/** @returns undefined for a body that is no object, or in which a field has the wrong type */
export function decodeReviewSpec(body: Fields): ReviewSpec | undefined {
  try {
    return specOf(fieldsOf(body['spec']) ?? {})
  } catch (error) {
    if (error instanceof Mistyped) return undefined
    throw error
  }
}

/** What a spec asks about; it must have passed validation. */
export function attributesOf(
  { resourceAttributes, nonResourceAttributes }: ReviewSpec,
  user: User,
): RequestAttributes {
  const none = {
    apiGroup: '',
    apiVersion: '',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    path: '',
  }
  if (resourceAttributes === undefined) {
    const { path = '', verb = '' } = nonResourceAttributes ?? {}
    return { ...none, user, verb, path, resourceRequest: false }
  }
  const { group, version, fieldSelector, labelSelector, ...names } = resourceAttributes
  const ofFields = fieldSelector && requirementsOf(fieldSelector, parseFieldSelector)
  const ofLabels = labelSelector && requirementsOf(labelSelector, parseLabelSelector)
  return {
    ...none,
    ...names,
    user,
    apiGroup: group,
    apiVersion: version,
    resourceRequest: true,
    ...(ofFields && { fieldSelector: ofFields }),
    ...(ofLabels && { labelSelector: ofLabels }),
  }
}

/** "If it is not understood, it is as if there were none": then the request is as wide as can be. */
function requirementsOf(
  { rawSelector, requirements }: SelectorJson,
  parse: (text: string) => readonly SelectorRequirement[] | undefined,
): readonly SelectorRequirement[] | undefined {
  if (rawSelector !== '') return parse(rawSelector)
  return requirements as readonly SelectorRequirement[]
}

function specOf(spec: Fields): ReviewSpec {
  const resource = fieldsOf(spec['resourceAttributes'])
  const other = fieldsOf(spec['nonResourceAttributes'])
  const uid = textOf(spec['uid'])
  const extra = fieldsOf(spec['extra'])
  return {
    resourceAttributes: resource && resourceAttributesOf(resource),
    nonResourceAttributes: other && { path: textOf(other['path']), verb: textOf(other['verb']) },
    user: {
      name: textOf(spec['user']),
      // v1beta1 has `group`.
      groups: textsOf(spec['groups'] ?? spec['group']),
      ...(uid !== '' && { uid }),
      ...(extra !== undefined && {
        extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, textsOf(values)])),
      }),
    },
  }
}

function resourceAttributesOf(given: Fields): ResourceAttributesJson {
  const text = (name: string) => textOf(given[name])
  return {
    namespace: text('namespace'),
    verb: text('verb'),
    group: text('group'),
    version: text('version'),
    resource: text('resource'),
    subresource: text('subresource'),
    name: text('name'),
    fieldSelector: selectorOf(given['fieldSelector']),
    labelSelector: selectorOf(given['labelSelector']),
  }
}

function selectorOf(value: unknown): SelectorJson | undefined {
  const selector = fieldsOf(value)
  if (selector === undefined) return undefined
  const list = selector['requirements'] ?? []
  if (!Array.isArray(list)) throw new Mistyped()
  return {
    rawSelector: textOf(selector['rawSelector']),
    requirements: list.map((each) => {
      const { key, operator, values } = fieldsOf(each) ?? {}
      return { key: textOf(key), operator: textOf(operator), values: textsOf(values) }
    }),
  }
}

class Mistyped extends Error {}

function fieldsOf(value: unknown): Fields | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) throw new Mistyped()
  return value as Fields
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new Mistyped()
  return value
}

function textsOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new Mistyped()
  return value.map(textOf)
}
