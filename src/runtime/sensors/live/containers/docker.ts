import { Buffer } from 'node:buffer'
import { request } from 'node:http'
import type { Container } from '../../kernel/container.ts'
import { splitImage } from './image.ts'

const LONGEST_ANSWER = 32 * 1024 * 1024

/**
 * Asks Docker, or Podman's service of the same interface, for its running containers (Docker Engine API,
 * `GET /containers/json`).
 *
 * @throws Error where the socket does not answer with a list
 */
export async function listDockerContainers(
  socket: string,
  type: 'docker' | 'podman',
  milliseconds: number,
): Promise<Container[]> {
  const answer: unknown = JSON.parse(await get(socket, '/containers/json', milliseconds))
  if (!Array.isArray(answer)) throw new Error('the answer is no list')
  return answer.flatMap((item: unknown) => {
    const container = readContainer(item, type)
    return container === undefined ? [] : [container]
  })
}

function get(socketPath: string, path: string, timeout: number): Promise<string> {
  return new Promise((done, fail) => {
    const sent = request({ socketPath, path, timeout, headers: { host: 'localhost' } }, (response) => {
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
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')))
    sent.on('error', fail)
    sent.end()
  })
}

/** @param item - of the list; @returns undefined for what is no container */
function readContainer(item: unknown, type: 'docker' | 'podman'): Container | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const { Id, Names, Image, ImageID, Created, Labels } = item as Record<string, unknown>
  if (typeof Id !== 'string' || Id === '') return undefined
  const image = typeof Image === 'string' ? Image : ''
  const labels = typeof Labels === 'object' && Labels !== null ? Object.entries(Labels) : []
  return {
    id: Id.slice(0, 12),
    fullId: Id,
    name: Array.isArray(Names) ? String(Names[0] ?? '').replace(/^\//, '') : '',
    type,
    image,
    imageId: typeof ImageID === 'string' ? ImageID : '',
    ...splitImage(image, ''),
    isPrivileged: undefined,
    ip: '',
    sandboxId: '',
    mounts: [],
    labels: new Map(labels.map(([name, value]) => [name, String(value)])),
    hostPid: undefined,
    hostNetwork: undefined,
    hostIpc: undefined,
    created:
      (typeof Created === 'number' ? Created : Date.parse(String(Created)) / 1000 || 0) * 1_000_000_000,
  }
}
