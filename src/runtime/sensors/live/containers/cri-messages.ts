import type { BinaryWriter } from '@bufbuild/protobuf/wire'
import { isRecord } from '../../../../kubernetes/index.ts'
import type { Container, ContainerMount } from '../../kernel/container.ts'
import { splitImage } from './image.ts'
import { listAt, textAt, valueAt } from './json.ts'
import { UNKNOWN } from './unknown.ts'
import { mapAt, messagesAt, numberAt, stringAt } from './wire.ts'

/** Fields of the messages by their numbers (kubernetes/cri-api, api.proto); the lists' items stand in field 1. */
const ITEMS = 1
const NAME_OF_METADATA = 1
const CONTAINER = { id: 1, sandbox: 2, metadata: 3, image: 4, imageRef: 5, created: 7, labels: 8 } as const
const STATUS = { status: 1, info: 2 } as const
const CONTAINER_STATUS = { image: 8, imageRef: 9, mounts: 14 } as const
const MOUNT = { container: 1, host: 2, isReadOnly: 3, propagation: 5 } as const
const SANDBOX = { id: 1, metadata: 2, created: 4, labels: 5 } as const
const SANDBOX_METADATA = { name: 1, uid: 2, namespace: 3 } as const
const SANDBOX_STATUS = { network: 5, linux: 6 } as const
const IP_OF_NETWORK = 1
const NAMESPACES_OF_LINUX = 1
const OPTIONS_OF_NAMESPACES = 2
const NAMESPACE = { network: 1, pid: 2, ipc: 3 } as const
/** Of `NamespaceMode`: the node's own. */
const NODE = 2

/** Names of `MountPropagation`, as Docker has them. */
const PROPAGATIONS = ['private', 'rslave', 'rshared']

/** @param message - an encoded `ListContainersResponse` */
export function readContainers(message: Uint8Array, type: Container['type']): Container[] {
  return messagesAt(message, ITEMS)
    .map((item) => readContainer(item, type))
    .filter(({ fullId }) => fullId !== '')
}

function readContainer(message: Uint8Array, type: Container['type']): Container {
  const fullId = stringAt(message, CONTAINER.id)
  const image = nameOfImage(message, CONTAINER.image)
  const imageRef = stringAt(message, CONTAINER.imageRef)
  return {
    ...UNKNOWN,
    id: fullId.slice(0, 12),
    fullId,
    name: nameOf(message, CONTAINER.metadata),
    type,
    image,
    imageId: imageRef,
    ...splitImage(image, imageRef),
    sandboxId: stringAt(message, CONTAINER.sandbox),
    labels: mapAt(message, CONTAINER.labels),
    created: numberAt(message, CONTAINER.created),
  }
}

/** What `ContainerStatus` tells besides. @param message - an encoded `ContainerStatusResponse` with its info */
export function withStatus(container: Container, message: Uint8Array): Container {
  const [status] = messagesAt(message, STATUS.status)
  if (status === undefined) return container
  const info = readInfo(message)
  const imageRef = stringAt(status, CONTAINER_STATUS.imageRef)
  const named = nameOfImage(status, CONTAINER_STATUS.image)
  const image = named === '' || named.startsWith('sha256') ? (imageInAnnotations(info) ?? named) : named
  const imageId = textAt(info, 'config', 'image', 'image').replace(/^sha256:/, '') || container.imageId
  const isPrivileged =
    valueAt(info, 'config', 'linux', 'security_context', 'privileged') ?? valueAt(info, 'privileged')
  return {
    ...container,
    image,
    imageId,
    ...splitImage(image, imageRef),
    digest: /(?:^|@)(sha256:[0-9a-f]+)$/.exec(imageRef)?.[1] ?? '',
    mounts: messagesAt(status, CONTAINER_STATUS.mounts).map(readMount),
    // An unprivileged one is told by what is not there.
    isPrivileged: isPrivileged === true || (info === undefined ? undefined : false),
  }
}

function readMount(message: Uint8Array): ContainerMount {
  return {
    source: stringAt(message, MOUNT.host),
    destination: stringAt(message, MOUNT.container),
    mode: '',
    writable: numberAt(message, MOUNT.isReadOnly) === 0,
    propagation: PROPAGATIONS[numberAt(message, MOUNT.propagation)] ?? 'unknown',
  }
}

/** The name that the pod's manifest has, where the runtime knows the image by its digest. */
function imageInAnnotations(info: unknown): string | undefined {
  const annotations = valueAt(info, 'runtimeSpec', 'annotations')
  for (const name of [
    'io.kubernetes.cri.image-name',
    'io.kubernetes.cri-o.Image',
    'io.kubernetes.cri-o.ImageName',
  ]) {
    const found = valueAt(annotations, name)
    if (typeof found === 'string') return found
  }
  return undefined
}

/** A pod's sandbox: what its containers share, and the one process that holds it. */
export type Sandbox = Pick<
  Container,
  'podLabels' | 'ip' | 'cniResult' | 'hostPid' | 'hostNetwork' | 'hostIpc'
>

/**
 * Sandboxes as containers of their own, with the pod's name (as Falco has them).
 *
 * @param message - an encoded `ListPodSandboxResponse`
 */
export function readSandboxes(message: Uint8Array, type: Container['type']): Container[] {
  return messagesAt(message, ITEMS).map((item) => {
    const fullId = stringAt(item, SANDBOX.id)
    const [metadata = new Uint8Array()] = messagesAt(item, SANDBOX.metadata)
    const podLabels = mapAt(item, SANDBOX.labels)
    const name = stringAt(metadata, SANDBOX_METADATA.name)
    return {
      ...UNKNOWN,
      id: fullId.slice(0, 12),
      fullId,
      name,
      type,
      sandboxId: fullId,
      podLabels,
      labels: new Map([
        ...podLabels,
        ['io.kubernetes.pod.name', name],
        ['io.kubernetes.pod.namespace', stringAt(metadata, SANDBOX_METADATA.namespace)],
        ['io.kubernetes.pod.uid', stringAt(metadata, SANDBOX_METADATA.uid)],
      ]),
      created: numberAt(item, SANDBOX.created),
    }
  })
}

/** @param message - an encoded `PodSandboxStatusResponse` with its info */
export function readSandboxStatus(message: Uint8Array): Sandbox {
  const [status = new Uint8Array()] = messagesAt(message, STATUS.status)
  const [network = new Uint8Array()] = messagesAt(status, SANDBOX_STATUS.network)
  const [options = new Uint8Array()] = messagesAt(status, SANDBOX_STATUS.linux)
    .flatMap((linux) => messagesAt(linux, NAMESPACES_OF_LINUX))
    .flatMap((namespaces) => messagesAt(namespaces, OPTIONS_OF_NAMESPACES))
  const hostNetwork = numberAt(options, NAMESPACE.network) === NODE
  return {
    podLabels: mapAt(status, 7),
    ip: hostNetwork ? '' : stringAt(network, IP_OF_NETWORK),
    cniResult: cniResultOf(readInfo(message)),
    hostPid: numberAt(options, NAMESPACE.pid) === NODE,
    hostNetwork,
    hostIpc: numberAt(options, NAMESPACE.ipc) === NODE,
  }
}

/** The pod's own interfaces and their addresses, as Falco shows them: without loopback, the node's ends, and what is long. */
function cniResultOf(info: unknown): string {
  const interfaces = valueAt(info, 'cniResult', 'Interfaces')
  if (!isRecord(interfaces))
    return textAt(info, 'runtimeSpec', 'annotations', 'io.kubernetes.cri-o.CNIResult')
  const kept = Object.entries(interfaces)
    .filter(([name]) => name !== 'lo' && !name.startsWith('veth'))
    .map(([name, one]) => {
      const { Mac: _mac, Sandbox: _sandbox, ...rest } = isRecord(one) ? one : {}
      return [name, rest] as const
    })
  return JSON.stringify(Object.fromEntries(kept))
}

function nameOf(message: Uint8Array, metadata: number): string {
  return messagesAt(message, metadata)
    .map((each) => stringAt(each, NAME_OF_METADATA))
    .join('')
}

function nameOfImage(message: Uint8Array, field: number): string {
  return messagesAt(message, field)
    .map((spec) => stringAt(spec, 1))
    .join('')
}

/** A request about one thing, with all that the runtime can tell of it (`verbose`). */
export function statusRequest(writer: BinaryWriter, id: string): Uint8Array {
  return writer.tag(1, 2).string(id).tag(2, 0).bool(true).finish()
}

/** A request about one image, with all that the runtime can tell of it (`verbose`). */
export function imageRequest(writer: BinaryWriter, image: string): Uint8Array {
  writer.tag(1, 2).fork().tag(1, 2).string(image).join()
  return writer.tag(2, 0).bool(true).finish()
}

/** What the container was told to start. @param message - an encoded `ContainerStatusResponse` with its info */
export function readToldCommand(message: Uint8Array): readonly string[] {
  return listAt(readInfo(message), 'runtimeSpec', 'process', 'args').map(String)
}

/** What an image starts: its `ENTRYPOINT` and `CMD`. @param message - an encoded `ImageStatusResponse` with its info */
export function commandOfImage(message: Uint8Array): readonly string[] {
  const info = readInfo(message)
  return ['Entrypoint', 'Cmd'].flatMap((key) => listAt(info, 'imageSpec', 'config', key).map(String))
}

/** What runtimes add as they like: JSON in the entry `info`. */
function readInfo(message: Uint8Array): unknown {
  try {
    return JSON.parse(mapAt(message, STATUS.info).get('info') ?? '')
  } catch {
    return undefined
  }
}
