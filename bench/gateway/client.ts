import { readdirSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'

/** Connections that stay open, of clients that ask at once. */
const CONNECTIONS = 32

/** Something to send requests to. */
export interface Target {
  readonly host: string
  readonly port: number
  readonly agent: Agent
  readonly credential: Credential
}

export interface Credential {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

export function targetAt(host: string, port: number, credential: Credential): Target {
  return {
    host,
    port,
    agent: new Agent({ ...credential, keepAlive: true, maxSockets: CONNECTIONS }),
    credential,
  }
}

/** @throws Error for an answer that is no success */
export function send(
  { host, port, agent }: Target,
  method: string,
  path: string,
  body?: string,
  contentType = 'application/json',
): Promise<void> {
  return new Promise((done, fail) => {
    const headers = body === undefined ? {} : { 'content-type': contentType, 'content-length': body.length }
    const outgoing = request({ host, port, path, method, agent, headers }, (response) => {
      if ((response.statusCode ?? 500) >= 300) fail(new Error(`${method} ${path}: ${response.statusCode}`))
      response.resume().on('end', done)
    })
    outgoing.on('error', fail)
    outgoing.end(body)
  })
}

/** Sends so many requests, as fast as they are answered. */
export async function load(
  target: Target,
  count: number,
  method: string,
  path: string,
  body: (() => string) | undefined,
): Promise<void> {
  let left = count
  const worker = async () => {
    while (left-- > 0) await send(target, method, path, body?.())
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
}

/** A watch on a connection of its own. @param onEvents - told how many have come. @returns ends it */
export function watch(
  { host, port, credential }: Target,
  path: string,
  onEvents: (count: number) => void = () => undefined,
): Promise<() => void> {
  return new Promise((opened, fail) => {
    const agent = new Agent({ ...credential, maxSockets: 1 })
    const outgoing = request({ host, port, path, agent }, (response) => {
      response.on('data', (data: Buffer) => {
        let count = 0
        for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10, at + 1)) count++
        onEvents(count)
      })
      response.on('error', () => undefined)
      opened(() => outgoing.destroy())
    })
    outgoing.on('error', fail)
    outgoing.end()
  })
}

/** Seconds of processor time so far of all of a process's threads that still run. */
export function cpuOf(pid: number): number {
  const folder = `/proc/${pid}/task`
  const nanoseconds = readdirSync(folder).map((task) =>
    Number(readFileSync(`${folder}/${task}/schedstat`, 'utf8').split(' ')[0]),
  )
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e9
}
