import {
  type GroupResource,
  type KubernetesObject,
  matchesLabels,
  type ObjectView,
  type ResourceType,
  resourceTypeOf,
} from '../../../kubernetes/index.ts'
import type { ParamKind } from '../stage.ts'
import type { ParamRef } from './definitions.ts'

/** What a policy is evaluated with, once for each; `null` for a policy without. */
export type Params = readonly (KubernetesObject | null)[]

/** Where parameters are looked for. */
export interface ParamSurroundings {
  readonly objects: ObjectView
  /** As what the kinds of parameters are served, by `paramKey`; absent: it is told by their names. */
  readonly paramTypes?: ReadonlyMap<string, ResourceType>
}

export function paramKey({ apiVersion, kind }: ParamKind): string {
  return `${apiVersion} ${kind}`
}

/**
 * Finds the parameters of a binding (Kubernetes documentation, "Validating Admission Policy", "Parameter resources").
 *
 * @param paramKind - the policy's; without it the binding's reference is passed over
 * @param namespace - of the request: where parameters that live in namespaces are looked for
 * @returns the parameters, or why the binding is not configured right, in the API server's words
 */
export function collectParams(
  paramKind: ParamKind | undefined,
  ref: ParamRef | undefined,
  namespace: string,
  { objects, paramTypes }: ParamSurroundings,
): Params | string {
  if (paramKind === undefined || ref === undefined) return [null]
  const type = paramTypes === undefined ? resourceTypeOf(paramKind) : paramTypes.get(paramKey(paramKind))
  if (type === undefined)
    return `failed to find resource referenced by paramKind: '${paramKind.apiVersion}, Kind=${paramKind.kind}'`
  if (!objects.isComplete(type))
    return `paramKind kind \`&ParamKind{APIVersion:${paramKind.apiVersion},Kind:${paramKind.kind},}\` not yet synced to use for admission`
  const { namespace: given = '' } = ref
  const namespaced = type.namespaced ?? livesInNamespaces(type, given, objects)
  if (given !== '' && !namespaced)
    return 'paramRef.namespace must not be provided for a cluster-scoped `paramKind`'
  const place = namespaced ? given || namespace : ''
  if (namespaced && place === '')
    return 'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources'
  if (ref.name !== undefined && ref.name !== '' && ref.selector !== undefined)
    return 'paramRef.name and paramRef.selector are mutually exclusive'
  const found = find(ref, type, place, objects)
  if (found === undefined) return 'one of name or selector must be provided'
  if (found.length === 0 && ref.parameterNotFoundAction === 'Deny')
    return 'no params found for policy binding with `Deny` parameterNotFoundAction'
  return found
}

function find(
  { name = '', selector }: ParamRef,
  type: GroupResource,
  place: string,
  objects: ObjectView,
): KubernetesObject[] | undefined {
  if (name !== '') {
    const param = objects.get(type, place, name)
    return param === undefined ? [] : [param]
  }
  if (selector === undefined) return undefined
  return [...objects.list(type, place)].filter(({ metadata }) =>
    matchesLabels(selector, metadata?.labels ?? {}),
  )
}

/** Of a kind that does not come with Kubernetes: its objects tell. */
function livesInNamespaces(type: GroupResource, given: string, objects: ObjectView): boolean {
  if (given !== '') return true
  for (const { metadata } of objects.list(type)) if ((metadata?.namespace ?? '') !== '') return true
  return false
}
