import {
  fixedObjects,
  type GroupResource,
  type KubernetesObject,
  type ObjectView,
  resourceTypeOf,
} from '../../../kubernetes/index.ts'
import type { AdmissionRequest, AdmissionSurroundings } from '../stage.ts'
import type { Hook } from './hooks.ts'

/**
 * A view in which the parameters of policies can be found. Their kinds are not known before there is a policy, so a
 * view that does not watch one is completed by asking the cluster for those that bindings name. Parameters that are
 * selected by labels must be watched: without that the policy fails as it says.
 */
export async function withNamedParams(
  hooks: readonly Hook<unknown>[],
  request: AdmissionRequest,
  { objects, lookUp }: AdmissionSurroundings,
): Promise<ObjectView> {
  if (lookUp === undefined) return objects
  const asked = new Map<string, Promise<KubernetesObject | undefined>>()
  const named = new Set<string>()
  for (const { spec, bindings } of hooks) {
    if (spec.paramKind === undefined) continue
    const type = resourceTypeOf(spec.paramKind)
    // Of other groups nobody is asked: a parameter that only seems to be missing would let requests pass.
    if (objects.isComplete(type) || type.group !== '') continue
    const refs = bindings.flatMap(({ spec: { paramRef } }) => paramRef ?? [])
    if (refs.some(({ name = '' }) => name === '')) continue
    named.add(keyOf(type))
    for (const { name = '', namespace } of refs) {
      const place = type.namespaced === false ? '' : (namespace ?? request.namespace)
      const key = `${keyOf(type)} ${place} ${name}`
      if (!asked.has(key)) asked.set(key, lookUp(type, place, name))
    }
  }
  if (named.size === 0) return objects
  const found = await Promise.all(asked.values())
  const extra = fixedObjects(found.filter((object) => object !== undefined))
  const from = (type: GroupResource): ObjectView => (named.has(keyOf(type)) ? extra : objects)
  return {
    get: (type, namespace, name) => from(type).get(type, namespace, name),
    list: (type, namespace) => from(type).list(type, namespace),
    isComplete: (type) => from(type).isComplete(type),
    subscribe: (type, listener) => objects.subscribe(type, listener),
  }
}

function keyOf({ group, resource }: GroupResource): string {
  return `${resource}.${group}`
}
