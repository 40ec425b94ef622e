import { isRecord, stringOf } from '../../../kubernetes/index.ts'
/** What a capture says of a container, as Falco's container plugin writes it. */
export interface Container {
  /** Twelve digits. */
  readonly id: string
  readonly fullId: string
  readonly name: string
  readonly type: string
  readonly image: string
  readonly imageId: string
  readonly repository: string
  readonly tag: string
  readonly digest: string
  readonly isPrivileged: boolean | undefined
  readonly ip: string
  readonly sandboxId: string
  readonly mounts: readonly ContainerMount[]
  readonly labels: ReadonlyMap<string, string>
  /** Those of its pod, which its sandbox has. */
  readonly podLabels: ReadonlyMap<string, string>
  /** The pod's interfaces, as JSON. */
  readonly cniResult: string
  readonly hostPid: boolean | undefined
  readonly hostNetwork: boolean | undefined
  readonly hostIpc: boolean | undefined
  /** Nanoseconds since 1970. */
  readonly created: number
  /** What the Kubernetes API says around its pod, where it is asked and has answered. */
  readonly surroundings?: PodSurroundings
}

/** An object of the API, as far as rules ask for it. */
export interface NamedObject {
  readonly name: string
  readonly uid: string
  readonly labels: ReadonlyMap<string, string>
}

/** A pod, what it belongs to, and what selects it. */
export interface PodSurroundings {
  readonly pod: NamedObject
  readonly namespace?: NamedObject
  readonly replicationController?: NamedObject
  readonly replicaSet?: NamedObject
  readonly deployment?: NamedObject
  readonly services: readonly NamedObject[]
}

/** What is still to come of a container: all that its runtime tells, or what is around its pod. */
export type Awaited = 'container' | 'surroundings'

export interface ContainerMount {
  readonly source: string
  readonly destination: string
  readonly mode: string
  readonly writable: boolean
  readonly propagation: string
}

/** Names of runtimes by the numbers that libs gives them. */
const TYPES: Readonly<Record<number, string>> = {
  0: 'docker',
  1: 'lxc',
  2: 'libvirt_lxc',
  3: 'mesos',
  4: 'rkt',
  5: 'custom',
  6: 'cri',
  7: 'containerd',
  8: 'cri-o',
  9: 'bpm',
  11: 'podman',
}

/** @returns undefined for what is no container */
export function readContainer(json: string): Container | undefined {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return undefined
  }
  const found = objectAt(value, 'container')
  const id = textAt(found, 'id')
  if (found === undefined || id === '') return undefined
  const image = textAt(found, 'image')
  const slash = image.lastIndexOf('/')
  const colon = image.indexOf(':', slash + 1)
  return {
    id: id.slice(0, 12),
    fullId: textAt(found, 'full_id') || id,
    name: textAt(found, 'name'),
    type: TYPES[Number(found['type'])] ?? '',
    image,
    imageId: textAt(found, 'imageid'),
    repository: textAt(found, 'imagerepo') || (colon < 0 ? image : image.slice(0, colon)),
    tag: textAt(found, 'imagetag') || (colon < 0 ? '' : (image.slice(colon + 1).split('@')[0] ?? '')),
    digest: textAt(found, 'imagedigest'),
    isPrivileged: booleanAt(found, 'privileged'),
    ip: textAt(found, 'ip'),
    sandboxId: textAt(found, 'pod_sandbox_id'),
    mounts: mountsOf(found['Mounts']),
    labels: labelsOf(found['labels']),
    podLabels: labelsOf(found['pod_sandbox_labels']),
    cniResult: textAt(found, 'cni_json'),
    hostPid: booleanAt(found, 'host_pid'),
    hostNetwork: booleanAt(found, 'host_network'),
    hostIpc: booleanAt(found, 'host_ipc'),
    created: Number(found['created_time'] ?? 0) * 1_000_000_000,
  }
}

type Json = Readonly<Record<string, unknown>>

function objectAt(value: unknown, key: string): Json | undefined {
  if (!isRecord(value)) return undefined
  const found = value[key]
  return isRecord(found) ? found : undefined
}

function textAt(value: Json | undefined, key: string): string {
  const found = value?.[key]
  return stringOf(found)
}

function booleanAt(value: Json, key: string): boolean | undefined {
  const found = value[key]
  return typeof found === 'boolean' ? found : undefined
}

function labelsOf(value: unknown): ReadonlyMap<string, string> {
  if (!isRecord(value)) return new Map()
  return new Map(Object.entries(value).map(([name, label]) => [name, String(label)]))
}

function mountsOf(value: unknown): readonly ContainerMount[] {
  if (!Array.isArray(value)) return []
  return value.filter(isRecord).map((mount) => ({
    source: textAt(mount, 'Source'),
    destination: textAt(mount, 'Destination'),
    mode: textAt(mount, 'Mode'),
    writable: mount['RW'] === true,
    propagation: textAt(mount, 'Propagation'),
  }))
}
