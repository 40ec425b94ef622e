import { Buffer } from 'node:buffer'
import { request } from 'node:http'
import { isRecord, stringOf } from '../../../../kubernetes/index.ts'
import type { Container, ContainerMount } from '../../kernel/container.ts'
import type { RuntimeSocket } from './directory.ts'
import { fewAtATime } from './few-at-a-time.ts'
import { forgetUnlisted } from './forget-unlisted.ts'
import { splitImage } from './image.ts'
import { booleanAt, listAt, objectAt, textAt, textsAt } from './json.ts'

const LONGEST_ANSWER = 32 * 1024 * 1024

/**
 * Docker, or Podman's service of the same interface (Docker Engine API): its running containers (`GET /containers/json`),
 * and once of each what the list does not tell (`GET /containers/ID/json`).
 */
export function dockerSocket(path: string, type: 'docker' | 'podman'): RuntimeSocket {
  const known = new Map<string, Container>()
  return {
    path,
    async list(milliseconds) {
      const end = performance.now() + milliseconds
      const answer = await json('/containers/json', milliseconds)
      if (!Array.isArray(answer)) throw new Error('the answer is no list')
      const listed = answer.flatMap((item: unknown) => {
        const container = readContainer(item, type)
        return container === undefined ? [] : [container]
      })
      forgetUnlisted(known, listed)
      await fewAtATime(listed, async (container) => {
        const { fullId } = container
        const left = end - performance.now()
        if (known.has(fullId) || left <= 0) return
        const details = await json(`/containers/${encodeURIComponent(fullId)}/json`, left)
        known.set(fullId, withDetails(container, details))
      })
      return withSandboxes(listed.map((container) => known.get(container.fullId) ?? container))
    },
    async commandOf({ fullId }, milliseconds) {
      const details = await json(`/containers/${encodeURIComponent(fullId)}/json`, milliseconds)
      const image = await json(`/images/${encodeURIComponent(textAt(details, 'Image'))}/json`, milliseconds)
      return {
        told: [textAt(details, 'Path'), ...listAt(details, 'Args').map(String)],
        ofImage: ['Entrypoint', 'Cmd'].flatMap((key) => listAt(image, 'Config', key).map(String)),
      }
    },
  }

  async function json(of: string, milliseconds: number): Promise<unknown> {
    return JSON.parse(await get(path, of, milliseconds))
  }
}

function get(socketPath: string, path: string, timeout: number): Promise<string> {
  return new Promise((done, fail) => {
    // Of the whole exchange: one that answers bit by bit is late, too.
    const signal = AbortSignal.timeout(Math.ceil(timeout))
    const sent = request({ socketPath, path, signal, headers: { host: 'localhost' } }, (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > LONGEST_ANSWER) sent.destroy(new Error('the answer is too long'))
        else chunks.push(chunk)
      })
      response.on('error', fail)
      response.on('end', () => {
        if (response.statusCode === 200) done(Buffer.concat(chunks).toString('utf8'))
        else fail(new Error(`status ${response.statusCode}`))
      })
    })
    sent.on('error', fail)
    sent.end()
  })
}

/** Labels that the kubelet's adapters for Docker set (cri-dockerd and, before it, kubernetes pkg/kubelet/dockershim). */
const TYPE = 'io.kubernetes.docker.type'
const SANDBOX = 'podsandbox'
const SANDBOX_ID = 'io.kubernetes.sandbox.id'
/** Labels of those adapters among the pod's own, which stand on its sandbox. */
const NOT_OF_POD = /^(?:io\.kubernetes\.|annotation\.)/

/**
 * A container that the kubelet had made names the sandbox of its pod; of the sandbox it has the pod's labels and address,
 * and the node's namespaces where the pod shares them.
 */
export function withSandboxes(containers: readonly Container[]): Container[] {
  const sandboxes = new Map(
    containers.filter(isSandbox).map(({ fullId, podLabels, ip, hostPid, hostNetwork, hostIpc }) => {
      return [fullId, { podLabels, ip, hostPid, hostNetwork, hostIpc }]
    }),
  )
  return containers.map((container) => {
    const sandbox = isSandbox(container) ? undefined : sandboxes.get(container.sandboxId)
    if (sandbox === undefined) return container
    return {
      ...container,
      podLabels: sandbox.podLabels,
      ip: container.ip || sandbox.ip,
      hostPid: eitherOf(container.hostPid, sandbox.hostPid),
      hostNetwork: eitherOf(container.hostNetwork, sandbox.hostNetwork),
      hostIpc: eitherOf(container.hostIpc, sandbox.hostIpc),
    }
  })
}

function eitherOf(own: boolean | undefined, ofSandbox: boolean | undefined): boolean | undefined {
  return own === true ? own : (ofSandbox ?? own)
}

function isSandbox({ fullId, sandboxId }: Container): boolean {
  return sandboxId === fullId
}

/** @param item - of the list; @returns undefined for what is no container */
export function readContainer(item: unknown, type: 'docker' | 'podman'): Container | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const { Id, Names, Image, ImageID, Created } = item as Record<string, unknown>
  if (typeof Id !== 'string' || Id === '') return undefined
  const image = stringOf(Image)
  const labels = textsAt(item, 'Labels')
  const isSandboxOfPod = labels.get(TYPE) === SANDBOX
  return {
    id: Id.slice(0, 12),
    fullId: Id,
    name: Array.isArray(Names) ? String(Names[0] ?? '').replace(/^\//, '') : '',
    type,
    image,
    imageId: stringOf(ImageID),
    ...splitImage(image, ''),
    isPrivileged: undefined,
    ip: '',
    sandboxId: isSandboxOfPod ? Id : (labels.get(SANDBOX_ID) ?? ''),
    mounts: [],
    podLabels: isSandboxOfPod ? new Map([...labels].filter(([name]) => !NOT_OF_POD.test(name))) : new Map(),
    cniResult: '',
    labels,
    hostPid: undefined,
    hostNetwork: undefined,
    hostIpc: undefined,
    created:
      (typeof Created === 'number' ? Created : Date.parse(String(Created)) / 1000 || 0) * 1_000_000_000,
  }
}

/** @param details - of `GET /containers/ID/json` */
function withDetails(container: Container, details: unknown): Container {
  const host = objectAt(details, 'HostConfig')
  const network = objectAt(details, 'NetworkSettings')
  const networks = Object.values(objectAt(network, 'Networks') ?? {})
  const ips = [network, ...networks].map((each) => textAt(each, 'IPAddress'))
  return {
    ...container,
    isPrivileged: booleanAt(host, 'Privileged'),
    ip: ips.find((ip) => ip !== '') ?? '',
    mounts: listAt(details, 'Mounts').filter(isRecord).map(readMount),
    hostPid: textAt(host, 'PidMode') === 'host',
    hostNetwork: textAt(host, 'NetworkMode') === 'host',
    hostIpc: textAt(host, 'IpcMode') === 'host',
  }
}

function readMount(mount: unknown): ContainerMount {
  return {
    source: textAt(mount, 'Source'),
    destination: textAt(mount, 'Destination'),
    mode: textAt(mount, 'Mode'),
    writable: booleanAt(mount, 'RW') === true,
    propagation: textAt(mount, 'Propagation'),
  }
}
