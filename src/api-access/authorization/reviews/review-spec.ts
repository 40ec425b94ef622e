import type { RequestAttributes, SelectorRequirement } from '../../request/index.ts'

/** The versions of authorization.k8s.io in which access is reviewed. */
export type AccessReviewVersion = 'v1' | 'v1beta1'

type Json = Readonly<Record<string, unknown>>

/**
 * The `spec` of a SubjectAccessReview that asks what the attributes ask, without what is empty.
 *
 * @param version - v1beta1 writes the groups as `group`
 */
export function accessReviewSpec(attributes: RequestAttributes, version: AccessReviewVersion): Json {
  const { user } = attributes
  return {
    ...attributesOf(attributes, given),
    ...(user.name !== '' && { user: user.name }),
    ...(user.groups.length > 0 && { [version === 'v1' ? 'groups' : 'group']: user.groups }),
    ...(user.extra !== undefined && { extra: user.extra }),
    ...(user.uid !== undefined && { uid: user.uid }),
  }
}

/** The same as `request` of CEL's matchConditions has it: every text is there, even where it is empty. */
export function matchedRequest(attributes: RequestAttributes): Json {
  const { name, groups, uid = '', extra = {} } = attributes.user
  return { ...attributesOf(attributes, (texts) => texts), user: name, groups, uid, extra }
}

function attributesOf(
  attributes: RequestAttributes,
  select: (texts: Readonly<Record<string, string>>) => Json,
): Json {
  const { resourceRequest, verb, path, apiGroup, apiVersion, resource, subresource, namespace, name } =
    attributes
  if (!resourceRequest) return { nonResourceAttributes: select({ path, verb }) }
  const { fieldSelector = [], labelSelector = [] } = attributes
  const texts = { namespace, verb, group: apiGroup, version: apiVersion, resource, subresource, name }
  return {
    resourceAttributes: {
      ...select(texts),
      ...(fieldSelector.length > 0 && { fieldSelector: { requirements: fieldSelector.map(requirement) } }),
      ...(labelSelector.length > 0 && { labelSelector: { requirements: labelSelector.map(requirement) } }),
    },
  }
}

function given(texts: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''))
}

function requirement({ key, operator, values }: SelectorRequirement): Json {
  return values.length === 0 ? { key, operator } : { key, operator, values }
}
