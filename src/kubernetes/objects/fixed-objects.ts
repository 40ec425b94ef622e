import { ObjectStore } from './object-store.ts'
import type { ObjectView } from './object-view.ts'
import { type ResourceType, resourceTypeOf } from './resource-types.ts'
import type { KubernetesObject } from './types.ts'

/**
 * A view of given objects that never changes and is complete: what is not among them does not exist. Of several with
 * one key the last counts. A kind's resource is known from Kubernetes' own types and from any CustomResourceDefinition
 * among the objects; that of another kind is guessed from its name.
 */
export function fixedObjects(objects: Iterable<KubernetesObject>): ObjectView {
  const given = [...objects]
  const defined = new Map(given.flatMap(definedType))
  const store = new ObjectStore()
  for (const object of given) {
    const type = defined.get(typeKey(object)) ?? resourceTypeOf(object)
    store.put(type, type.namespaced === false ? withoutNamespace(object) : object)
  }
  return {
    get: (type, namespace, name) => store.get(type, namespace, name),
    list: (type, namespace) => store.list(type, namespace),
    isComplete: () => true,
    subscribe: () => () => undefined,
  }
}

/** The API server has no place for the namespace of a cluster-scoped object. */
function withoutNamespace(object: KubernetesObject): KubernetesObject {
  if (object.metadata?.namespace === undefined) return object
  const { namespace: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

interface DefinitionSpec {
  readonly group?: string
  readonly scope?: string
  readonly names?: { readonly kind?: string; readonly plural?: string }
}

function definedType(object: KubernetesObject): [string, ResourceType][] {
  if (object.kind !== 'CustomResourceDefinition') return []
  const { group, scope, names } = (object['spec'] ?? {}) as DefinitionSpec
  if (group === undefined || names?.kind === undefined || names.plural === undefined) return []
  const type = { group, resource: names.plural, namespaced: scope !== 'Cluster' }
  return [[`${group}/${names.kind}`, type]]
}

function typeKey(object: KubernetesObject): string {
  return `${resourceTypeOf(object).group}/${object.kind}`
}
