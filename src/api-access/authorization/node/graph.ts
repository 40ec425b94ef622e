import type { GroupResource, KubernetesObject } from '../../../kubernetes/index.ts'
import { textOf } from './fields.ts'
import { neededByPod, neededByVolume, type Related, type RelatedKind } from './references.ts'

/** The types of objects that tell what a node needs. */
export const GRAPH_TYPES = {
  Pod: { group: '', resource: 'pods' },
  PersistentVolume: { group: '', resource: 'persistentvolumes' },
  VolumeAttachment: { group: 'storage.k8s.io', resource: 'volumeattachments' },
  ResourceSlice: { group: 'resource.k8s.io', resource: 'resourceslices' },
  PodCertificateRequest: { group: 'certificates.k8s.io', resource: 'podcertificaterequests' },
  /** For `spec.configSource`, which nodes had up to Kubernetes 1.25. */
  Node: { group: '', resource: 'nodes' },
} as const satisfies Readonly<Record<string, GroupResource>>

export type GraphKind = keyof typeof GRAPH_TYPES

/**
 * Which objects are related to which node: a node to the pods that run on it, a pod to the secrets, config maps,
 * claims and the service account that it names, a claim to its volume, a volume to its secrets (Kubernetes
 * documentation, "Using Node Authorization").
 */
export class NodeGraph {
  /** How often each object is needed on each node. */
  readonly #nodesOf = new Map<string, Map<string, number>>()
  /** What each object in the graph contributed, by its own key. */
  readonly #contributed = new Map<string, { readonly node: string; readonly keys: readonly string[] }>()
  /** The claim that each volume is bound to. */
  readonly #claimOf = new Map<string, { readonly claim: string; readonly secrets: readonly string[] }>()
  /** The volumes that a secret is needed for. */
  readonly #volumesOf = new Map<string, Set<string>>()

  put(kind: GraphKind, object: KubernetesObject): void {
    this.remove(kind, object)
    if (kind === 'PersistentVolume') {
      this.#putVolume(object)
      return
    }
    const related = relatedToNode(kind, object)
    if (related === undefined) return
    const keys = [...new Set(related.needed.map(keyOf))]
    this.#contributed.set(ownKey(kind, object), { node: related.node, keys })
    for (const key of keys) {
      const nodes = this.#nodesOf.get(key) ?? new Map<string, number>()
      nodes.set(related.node, (nodes.get(related.node) ?? 0) + 1)
      this.#nodesOf.set(key, nodes)
    }
  }

  remove(kind: GraphKind, object: KubernetesObject): void {
    const own = ownKey(kind, object)
    if (kind === 'PersistentVolume') {
      for (const secret of this.#claimOf.get(own)?.secrets ?? []) {
        const volumes = this.#volumesOf.get(secret)
        volumes?.delete(own)
        if (volumes?.size === 0) this.#volumesOf.delete(secret)
      }
      this.#claimOf.delete(own)
      return
    }
    const known = this.#contributed.get(own)
    if (known === undefined) return
    this.#contributed.delete(own)
    for (const key of known.keys) {
      const nodes = this.#nodesOf.get(key)
      const left = (nodes?.get(known.node) ?? 0) - 1
      if (left > 0) nodes?.set(known.node, left)
      else nodes?.delete(known.node)
      if (nodes?.size === 0) this.#nodesOf.delete(key)
    }
  }

  /** Whether a node needs an object. */
  isRelated(node: string, object: Related): boolean {
    const key = keyOf(object)
    if (this.#nodesOf.get(key)?.has(node)) return true
    if (object.kind === 'persistentvolume') return this.#isBoundOn(node, key)
    if (object.kind !== 'secret') return false
    for (const volume of this.#volumesOf.get(key) ?? []) if (this.#isBoundOn(node, volume)) return true
    return false
  }

  #isBoundOn(node: string, volume: string): boolean {
    const bound = this.#claimOf.get(volume)
    return bound !== undefined && this.#nodesOf.get(bound.claim)?.has(node) === true
  }

  #putVolume(object: KubernetesObject): void {
    const needed = neededByVolume(object)
    if (needed === undefined) return
    const own = ownKey('PersistentVolume', object)
    const secrets = needed.secrets.map(keyOf)
    this.#claimOf.set(own, { claim: keyOf(needed.claim), secrets })
    for (const secret of secrets) {
      const volumes = this.#volumesOf.get(secret) ?? new Set<string>()
      volumes.add(own)
      this.#volumesOf.set(secret, volumes)
    }
  }
}

/** The node that an object belongs to, and what it makes the node need; undefined: none yet. */
function relatedToNode(
  kind: Exclude<GraphKind, 'PersistentVolume'>,
  object: KubernetesObject,
): { readonly node: string; readonly needed: readonly Related[] } | undefined {
  if (kind === 'Pod') return at(textOf(object, 'spec', 'nodeName'), neededByPod(object))
  const name = textOf(object, 'metadata', 'name')
  if (kind === 'Node') {
    const namespace = textOf(object, 'spec', 'configSource', 'configMap', 'namespace')
    const configMap = textOf(object, 'spec', 'configSource', 'configMap', 'name')
    return at(name, configMap === '' ? [] : [{ kind: 'configmap', namespace, name: configMap }])
  }
  const namespace = textOf(object, 'metadata', 'namespace')
  return at(textOf(object, 'spec', 'nodeName'), [{ kind: OWN_KINDS[kind], namespace, name }])
}

function at(node: string, needed: readonly Related[]) {
  return node === '' ? undefined : { node, needed }
}

const OWN_KINDS = {
  Pod: 'pod',
  PersistentVolume: 'persistentvolume',
  VolumeAttachment: 'volumeattachment',
  ResourceSlice: 'resourceslice',
  PodCertificateRequest: 'podcertificaterequest',
} as const satisfies Partial<Readonly<Record<GraphKind, RelatedKind>>>

function ownKey(kind: GraphKind, object: KubernetesObject): string {
  const namespace = textOf(object, 'metadata', 'namespace')
  const name = textOf(object, 'metadata', 'name')
  return kind === 'Node' ? `node\0\0${name}` : keyOf({ kind: OWN_KINDS[kind], namespace, name })
}

function keyOf({ kind, namespace, name }: Related): string {
  return `${kind}\0${namespace}\0${name}`
}
