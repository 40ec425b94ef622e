import { BinaryWriter } from '@bufbuild/protobuf/wire'
import type { Container } from '../../kernel/container.ts'
import {
  commandOfImage,
  imageRequest,
  readContainers,
  readSandboxes,
  readSandboxStatus,
  readToldCommand,
  type Sandbox,
  statusRequest,
  withStatus,
} from './cri-messages.ts'
import type { RuntimeSocket } from './directory.ts'
import { fewAtATime } from './few-at-a-time.ts'
import { forgetUnlisted } from './forget-unlisted.ts'
import { callGrpc, GrpcError, UNIMPLEMENTED } from './grpc.ts'

/** Versions of the Container Runtime Interface, the newest first: older containerds know the second only. */
const VERSIONS = ['runtime.v1', 'runtime.v1alpha2'] as const

/**
 * containerd or CRI-O (kubernetes/cri-api, api.proto). Containers and sandboxes are listed with one question each; what a
 * list does not tell (the image's name, mounts, privileges, the pod's labels and address) is asked once of each, and kept
 * as long as it is listed.
 */
export function criSocket(path: string, type: 'containerd' | 'cri-o'): RuntimeSocket {
  const containers = new Map<string, Container>()
  const sandboxes = new Map<string, Sandbox>()
  let version = 0

  return {
    path,
    async list(milliseconds) {
      const listed = readContainers(await call('ListContainers', NOTHING, milliseconds), type)
      forgetUnlisted(containers, listed)
      await describe(listed, milliseconds)
      return listed.map((container) => containers.get(container.fullId) ?? container)
    },
    async listSandboxes(milliseconds) {
      const listed = readSandboxes(await call('ListPodSandbox', NOTHING, milliseconds), type)
      forgetUnlisted(sandboxes, listed)
      await fewAtATime(listed, ({ fullId }) => sandboxOf(fullId, milliseconds))
      return listed.map((sandbox) => ({ ...sandbox, ...sandboxes.get(sandbox.fullId) }))
    },
    async commandOf({ fullId, imageId, image }, milliseconds) {
      const status = await call('ContainerStatus', statusRequest(new BinaryWriter(), fullId), milliseconds)
      const request = imageRequest(new BinaryWriter(), imageId || image)
      const found = await call('ImageStatus', request, milliseconds, 'ImageService')
      return { told: readToldCommand(status), ofImage: commandOfImage(found) }
    },
  }

  /** One that is gone since, or of which the runtime says nothing in time, stays as the list has it. */
  async function describe(listed: readonly Container[], milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds
    await fewAtATime(listed, async (container) => {
      const { fullId, sandboxId } = container
      const left = end - performance.now()
      if (containers.has(fullId) || left <= 0) return
      const answer = await call('ContainerStatus', statusRequest(new BinaryWriter(), fullId), left)
      const sandbox = await sandboxOf(sandboxId, left)
      containers.set(fullId, { ...withStatus(container, answer), ...sandbox })
    })
  }

  async function sandboxOf(id: string, milliseconds: number): Promise<Sandbox> {
    const known = sandboxes.get(id)
    if (known !== undefined) return known
    const answer = await call('PodSandboxStatus', statusRequest(new BinaryWriter(), id), milliseconds)
    const sandbox = readSandboxStatus(answer)
    sandboxes.set(id, sandbox)
    return sandbox
  }

  /** @throws GrpcError where the socket does not answer */
  async function call(
    method: string,
    request: Uint8Array,
    milliseconds: number,
    service = 'RuntimeService',
  ): Promise<Uint8Array> {
    for (;;) {
      try {
        return await callGrpc(path, `/${VERSIONS[version]}.${service}/${method}`, request, milliseconds)
      } catch (error) {
        const isOlder = error instanceof GrpcError && error.status === UNIMPLEMENTED
        if (!isOlder || version + 1 >= VERSIONS.length) throw error
        version++
      }
    }
  }
}

const NOTHING = new Uint8Array()
