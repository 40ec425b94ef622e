import type { Awaited, Container, ContainerMount } from '../container.ts'
import { type ControlGroupOwner, ownerOfControlGroups } from '../control-group-owner.ts'
import type { KernelEvent } from '../kernel-event.ts'
import type { Extract, ExtractWith, KernelValue } from './extract.ts'
import { labelsText, SURROUNDING_LABELS, SURROUNDING_VALUES } from './surrounding-fields.ts'

/** What is known of the container that the event's thread runs in; nothing of the host itself. */
function containerOf({ thread, state }: KernelEvent): Container | undefined {
  const id = thread?.containerId
  return id === undefined || id === 'host' ? undefined : state.containers.get(id)
}

function own(read: (container: Container) => KernelValue): Extract {
  return (event) => {
    const container = containerOf(event)
    if (container === undefined) return undefined
    const value = read(container)
    return value === '' ? undefined : value
  }
}

/** Labels by which the kubelet tells the container's runtime what it runs (kubernetes, pkg/kubelet/types/labels.go). */
const POD_NAME = 'io.kubernetes.pod.name'
const POD_NAMESPACE = 'io.kubernetes.pod.namespace'
const POD_UID = 'io.kubernetes.pod.uid'

function label(name: string): (container: Container) => KernelValue {
  return ({ labels }) => labels.get(name)
}

function podLabel(name: string): (container: Container) => KernelValue {
  return ({ podLabels, surroundings }) => (surroundings?.pod.labels ?? podLabels).get(name)
}

const podUid: Extract = (event) => own(label(POD_UID))(event) ?? ownerOf(event)?.podUid ?? undefined

function ownerOf({ thread }: KernelEvent): ControlGroupOwner | undefined {
  return thread === undefined ? undefined : ownerOfControlGroups(thread.cgroups)
}

const mountText = ({ source, destination, mode, writable, propagation }: ContainerMount) =>
  `${source}:${destination}:${mode}:${writable}:${propagation}`

function ofMount(key: keyof ContainerMount | undefined, by: 'source' | 'destination') {
  return (argument: string) => {
    const matches = globOf(argument)
    return ({ mounts }: Container) => {
      const mount = /^\d+$/.test(argument)
        ? mounts[Number(argument)]
        : mounts.find((each) => matches(each[by]))
      if (mount === undefined) return undefined
      return key === undefined ? mountText(mount) : mount[key]
    }
  }
}

/** Paths of mounts may be given with stars. */
function globOf(pattern: string): (path: string) => boolean {
  const parts = pattern.split('*')
  if (parts.length === 1) return (path) => path === pattern
  const [first = '', ...rest] = parts
  const last = rest.pop() ?? ''
  return (path) => {
    if (!path.startsWith(first) || !path.endsWith(last)) return false
    let at = first.length
    for (const part of rest) {
      at = path.indexOf(part, at)
      if (at < 0) return false
      at += part.length
    }
    return at <= path.length - last.length
  }
}

function createdAt({ created }: Container): number | undefined {
  return created > 0 ? created : undefined
}

const id: Extract = ({ thread }) => thread?.containerId ?? 'host'

/** Fields that are the container's alone, whatever the event. */
const VALUES: Readonly<Record<string, (container: Container) => KernelValue>> = {
  'container.name': ({ name }) => name,
  'container.image': ({ image }) => image,
  'container.image.id': ({ imageId }) => imageId,
  'container.image.repository': ({ repository }) => repository,
  'container.image.tag': ({ tag }) => tag,
  'container.image.digest': ({ digest }) => digest,
  'container.privileged': ({ isPrivileged }) => isPrivileged,
  'container.mounts': ({ mounts }) => mounts.map(mountText).join(','),
  'container.ip': ({ ip }) => ip,
  'container.start_ts': createdAt,
  'container.host_pid': ({ hostPid }) => hostPid,
  'container.host_network': ({ hostNetwork }) => hostNetwork,
  'container.host_ipc': ({ hostIpc }) => hostIpc,
  'container.labels': ({ labels }) => labelsText(labels),
  'k8s.pod.sandbox_id': ({ sandboxId }) => sandboxId.slice(0, 12),
  'k8s.pod.full_sandbox_id': ({ sandboxId }) => sandboxId,
  'container.cni.json': ({ cniResult }) => cniResult,
  'k8s.pod.cni.json': ({ cniResult }) => cniResult,
  'k8s.pod.labels': ({ podLabels, surroundings }) => labelsText(surroundings?.pod.labels ?? podLabels),
  'k8s.pod.ip': ({ ip }) => ip,
  'container.type': ({ type }) => type,
  'k8s.pod.name': label(POD_NAME),
  'k8s.ns.name': label(POD_NAMESPACE),
  'k8s.pod.id': label(POD_UID),
  'k8s.pod.uid': label(POD_UID),
  ...SURROUNDING_VALUES,
}

/** Fields whose argument is the name of a label, or the path or number of a mount. */
const VALUES_WITH: Readonly<Record<string, (argument: string) => (container: Container) => KernelValue>> = {
  'container.label': label,
  'k8s.pod.label': podLabel,
  ...SURROUNDING_LABELS,
  'container.mount': ofMount(undefined, 'source'),
  'container.mount.source': ofMount('source', 'destination'),
  'container.mount.dest': ofMount('destination', 'source'),
  'container.mount.mode': ofMount('mode', 'source'),
  'container.mount.rdwr': ofMount('writable', 'source'),
  'container.mount.propagation': ofMount('propagation', 'source'),
}

const FULL_ID_DIGITS = 64

function fullIdOf(container: Container | undefined): string | undefined {
  return container?.fullId.length === FULL_ID_DIGITS ? container.fullId : undefined
}

/**
 * "Container start as epoch timestamp in nanoseconds based on proc.pidns_init_start_ts" (Falco's fields): when its first process
 * began, as the kernel has it. Of a container in the machine's own namespace of processes, for which Falco has none, it is when
 * the runtime made it.
 */
const startOf: Extract = (event) => {
  if (id(event) === 'host') return undefined
  const began = event.thread?.namespaceStart ?? 0
  if (began > 0) return began
  const container = containerOf(event)
  return container === undefined ? undefined : createdAt(container)
}

/** @param time - of the event, in nanoseconds since 1970 */
function durationOf(start: KernelValue, time: bigint): KernelValue {
  return start === undefined ? undefined : Number(time - BigInt(start as number | bigint))
}

const OF_RUNTIME = ['container.full_id', 'container.duration']
/** The runtime knows labels as they were when the pod began. */
const OF_CLUSTER = ['k8s.pod.label', 'k8s.pod.labels']

/** Who tells of a field of a container; undefined for those that stand in the control group's path. */
export function sourceOfField(name: string): Awaited | undefined {
  const has = (values: object) => Object.hasOwn(values, name)
  if (has(SURROUNDING_VALUES) || has(SURROUNDING_LABELS) || OF_CLUSTER.includes(name)) return 'surroundings'
  return has(VALUES) || has(VALUES_WITH) || OF_RUNTIME.includes(name) ? 'container' : undefined
}

/**
 * A field of the container of an event that is over: for alerts of events that came before what the runtime says of it.
 *
 * @param time - of the event, in nanoseconds since 1970
 * @returns undefined where it has none
 */
export function containerField(
  container: Container,
  name: string,
  argument: string | undefined,
  time: number,
): KernelValue {
  if (name === 'container.full_id') return fullIdOf(container)
  if (name === 'container.duration') return durationOf(createdAt(container), BigInt(time))
  const values = argument === undefined ? VALUES : VALUES_WITH
  if (!Object.hasOwn(values, name)) return undefined
  const value = argument === undefined ? VALUES[name]?.(container) : VALUES_WITH[name]?.(argument)(container)
  return value === '' ? undefined : value
}

/** Fields of containers and pods, as far as the source of the events tells of them. */
export const CONTAINER_EXTRACTS: Readonly<Record<string, Extract>> = {
  ...Object.fromEntries(Object.entries(VALUES).map(([name, read]) => [name, own(read)])),
  'container.id': id,
  'container.full_id': (event) => fullIdOf(containerOf(event)) ?? ownerOf(event)?.containerId ?? undefined,
  'container.type': (event) => (id(event) === 'host' ? 'host' : containerOf(event)?.type || undefined),
  'container.start_ts': startOf,
  'container.duration': (event) => durationOf(startOf(event), event.time),
  'container.info': (event) => {
    const found = id(event)
    const container = containerOf(event)
    if (found === 'host' || container === undefined) return `container_id=${found}`
    return `container_id=${found} container_name=${container.name}`
  },
  'k8s.pod.id': podUid,
  'k8s.pod.uid': podUid,
}

export const CONTAINER_EXTRACTS_WITH: Readonly<Record<string, ExtractWith>> = Object.fromEntries(
  Object.entries(VALUES_WITH).map(([name, read]) => [name, (argument: string) => own(read(argument))]),
)
