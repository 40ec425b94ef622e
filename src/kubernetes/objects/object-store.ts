import type { GroupResource, ObjectChange, ObjectView } from './object-view.ts'
import type { KubernetesObject } from './types.ts'

type Listener = (change: ObjectChange) => void

/** Objects of one type, by namespace and name. */
interface Collection {
  readonly namespaces: Map<string, Map<string, KubernetesObject>>
  readonly listeners: Set<Listener>
  isComplete: boolean
}

/**
 * Objects in memory that can be read as a view and written. An object's key is its `metadata.namespace` (empty for a
 * cluster-scoped one) and `metadata.name`.
 */
export class ObjectStore implements ObjectView {
  readonly #collections = new Map<string, Collection>()

  get(type: GroupResource, namespace: string, name: string): KubernetesObject | undefined {
    return this.#collection(type)?.namespaces.get(namespace)?.get(name)
  }

  *list(type: GroupResource, namespace?: string): Iterable<KubernetesObject> {
    const namespaces = this.#collection(type)?.namespaces
    if (namespace !== undefined) yield* namespaces?.get(namespace)?.values() ?? []
    else for (const objects of namespaces?.values() ?? []) yield* objects.values()
  }

  isComplete(type: GroupResource): boolean {
    return this.#collection(type)?.isComplete ?? false
  }

  subscribe(type: GroupResource, listener: Listener): () => void {
    const { listeners } = this.#opened(type)
    // One function may be given twice, and each is ended for itself.
    const own: Listener = (change) => listener(change)
    listeners.add(own)
    return () => listeners.delete(own)
  }

  /** Adds an object, or puts it in the place of the one with its key. Listeners are told after it stands. */
  put(type: GroupResource, object: KubernetesObject): void {
    const collection = this.#opened(type)
    const before = place(collection, object)
    tell(collection, { ...(before !== undefined && { before }), after: object })
  }

  delete(type: GroupResource, namespace: string, name: string): void {
    const collection = this.#opened(type)
    const before = remove(collection, namespace, name)
    if (before !== undefined) tell(collection, { before })
  }

  /**
   * Makes these all the objects of the type, and the type complete. Listeners are told of the differences once all of
   * it stands; objects of the same `resourceVersion` are the same.
   */
  replace(type: GroupResource, objects: Iterable<KubernetesObject>): void {
    const collection = this.#opened(type)
    const changes: ObjectChange[] = []
    const gone = new Map<string, KubernetesObject>()
    for (const object of this.list(type)) gone.set(keyOf(object), object)
    for (const object of objects) {
      gone.delete(keyOf(object))
      const before = place(collection, object)
      if (before === undefined) changes.push({ after: object })
      else if (!isSame(before, object)) changes.push({ before, after: object })
    }
    for (const before of gone.values()) {
      remove(collection, before.metadata?.namespace ?? '', before.metadata?.name ?? '')
      changes.push({ before })
    }
    collection.isComplete = true
    for (const change of changes) tell(collection, change)
  }

  #collection({ group, resource }: GroupResource): Collection | undefined {
    return this.#collections.get(`${group}/${resource}`)
  }

  #opened(type: GroupResource): Collection {
    const known = this.#collection(type)
    if (known !== undefined) return known
    const collection = { namespaces: new Map(), listeners: new Set<Listener>(), isComplete: false }
    this.#collections.set(`${type.group}/${type.resource}`, collection)
    return collection
  }
}

/** @returns what stood there before */
function place({ namespaces }: Collection, object: KubernetesObject): KubernetesObject | undefined {
  const { namespace = '', name = '' } = object.metadata ?? {}
  let objects = namespaces.get(namespace)
  if (objects === undefined) {
    objects = new Map()
    namespaces.set(namespace, objects)
  }
  const before = objects.get(name)
  objects.set(name, object)
  return before
}

function remove({ namespaces }: Collection, namespace: string, name: string): KubernetesObject | undefined {
  const objects = namespaces.get(namespace)
  const before = objects?.get(name)
  objects?.delete(name)
  if (objects?.size === 0) namespaces.delete(namespace)
  return before
}

function tell({ listeners }: Collection, change: ObjectChange): void {
  for (const listener of [...listeners]) listener(change)
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`
}

function isSame(one: KubernetesObject, other: KubernetesObject): boolean {
  const version = one.metadata?.resourceVersion
  return (
    version !== undefined &&
    version === other.metadata?.resourceVersion &&
    one.metadata?.uid === other.metadata?.uid
  )
}
