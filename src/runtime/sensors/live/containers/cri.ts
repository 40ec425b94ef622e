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
import { callGrpc, GrpcError, UNAVAILABLE, UNIMPLEMENTED } from './grpc.ts'

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
      const end = performance.now() + milliseconds
      const listed = readContainers(await call('ListContainers', NOTHING, milliseconds), type)
      forgetUnlisted(containers, listed)
      await describe(listed, end)
      return listed.map((container) => containers.get(container.fullId) ?? container)
    },
    async listSandboxes(milliseconds) {
      const end = performance.now() + milliseconds
      const listed = readSandboxes(await call('ListPodSandbox', NOTHING, milliseconds), type)
      forgetUnlisted(sandboxes, listed)
      await fewAtATime(listed, ({ fullId }) => sandboxOf(fullId, end))
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
  async function describe(listed: readonly Container[], end: number): Promise<void> {
    await fewAtATime(listed, async (container) => {
      const { fullId, sandboxId } = container
      if (containers.has(fullId)) return
      const answer = await callUntil(end, 'ContainerStatus', statusRequest(new BinaryWriter(), fullId))
      const sandbox = await sandboxOf(sandboxId, end)
      containers.set(fullId, { ...withStatus(container, answer), ...sandbox })
    })
  }

  async function sandboxOf(id: string, end: number): Promise<Sandbox> {
    const known = sandboxes.get(id)
    if (known !== undefined) return known
    const answer = await callUntil(end, 'PodSandboxStatus', statusRequest(new BinaryWriter(), id))
    const sandbox = readSandboxStatus(answer)
    sandboxes.set(id, sandbox)
    return sandbox
  }

  /** @param end - as `performance.now()` tells it. @throws GrpcError where there is no answer until then */
  async function callUntil(end: number, method: string, request: Uint8Array): Promise<Uint8Array> {
    const left = end - performance.now()
    if (left <= 0) throw new GrpcError(UNAVAILABLE, 'no time is left to ask')
    return call(method, request, left)
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
