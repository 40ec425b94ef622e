import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import type { Container } from '../../kernel/container.ts'
import { callGrpc, GrpcError, UNIMPLEMENTED } from './grpc.ts'
import { splitImage } from './image.ts'

/** Versions of the Container Runtime Interface, the newest first: older containerds know the second only. */
const SERVICES = ['runtime.v1.RuntimeService', 'runtime.v1alpha2.RuntimeService'] as const

/**
 * Asks containerd or CRI-O for all its containers (kubernetes/cri-api, api.proto, `ListContainers`).
 *
 * @throws GrpcError where the socket does not answer
 */
export async function listCriContainers(
  socket: string,
  type: 'containerd' | 'cri-o',
  milliseconds: number,
): Promise<Container[]> {
  for (const service of SERVICES) {
    try {
      const answer = await callGrpc(socket, `/${service}/ListContainers`, new Uint8Array(), milliseconds)
      return readContainers(answer, type)
    } catch (error) {
      if (!(error instanceof GrpcError) || error.status !== UNIMPLEMENTED) throw error
    }
  }
  return []
}

/** Fields of `ListContainersResponse` and of `Container`, by their numbers in api.proto. */
const CONTAINERS = 1
const FIELD = { id: 1, sandbox: 2, metadata: 3, image: 4, imageRef: 5, created: 7, labels: 8 } as const
const NAME_OF_METADATA = 1
const IMAGE_OF_SPEC = 1

/** @param message - an encoded `ListContainersResponse` */
export function readContainers(message: Uint8Array, type: Container['type']): Container[] {
  const containers: Container[] = []
  forEachField(new BinaryReader(message), (reader, field) => {
    if (field !== CONTAINERS) return false
    const container = readContainer(reader.bytes(), type)
    if (container.fullId !== '') containers.push(container)
    return true
  })
  return containers
}

function readContainer(message: Uint8Array, type: Container['type']): Container {
  let fullId = ''
  let sandboxId = ''
  let name = ''
  let image = ''
  let imageId = ''
  let created = 0
  const labels = new Map<string, string>()
  forEachField(new BinaryReader(message), (reader, field) => {
    if (field === FIELD.id) fullId = reader.string()
    else if (field === FIELD.sandbox) sandboxId = reader.string()
    else if (field === FIELD.metadata) name = stringAt(reader.bytes(), NAME_OF_METADATA)
    else if (field === FIELD.image) image = stringAt(reader.bytes(), IMAGE_OF_SPEC)
    else if (field === FIELD.imageRef) imageId = reader.string()
    else if (field === FIELD.created) created = Number(reader.int64())
    else if (field === FIELD.labels) labels.set(...readLabel(reader.bytes()))
    else return false
    return true
  })
  return {
    id: fullId.slice(0, 12),
    fullId,
    name,
    type,
    image,
    imageId,
    ...splitImage(image, imageId),
    isPrivileged: undefined,
    ip: '',
    sandboxId,
    mounts: [],
    labels,
    hostPid: undefined,
    hostNetwork: undefined,
    hostIpc: undefined,
    created,
  }
}

/** An entry of a map: its key and its value. */
function readLabel(message: Uint8Array): [string, string] {
  return [stringAt(message, 1), stringAt(message, 2)]
}

function stringAt(message: Uint8Array, wanted: number): string {
  let found = ''
  forEachField(new BinaryReader(message), (reader, field, wire) => {
    if (field !== wanted || wire !== WireType.LengthDelimited) return false
    found = reader.string()
    return true
  })
  return found
}

/** @param take - reads the field's value, or answers false to pass it over */
function forEachField(
  reader: BinaryReader,
  take: (reader: BinaryReader, field: number, wire: WireType) => boolean,
): void {
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag()
    if (!take(reader, field, wire)) reader.skip(wire, field)
  }
}
