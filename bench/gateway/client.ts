import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:http2'
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

/** Begins a watch. @param onEvents - told how many have come. @returns ends it */
export type Watch = (path: string, onEvents: (count: number) => void) => Promise<() => void>

/** Watches on connections of their own, by HTTP/1.1. */
export function watchesAlone({ host, port, credential }: Target): Watch {
  return (path, onEvents) =>
    new Promise((opened, fail) => {
      const agent = new Agent({ ...credential, maxSockets: 1 })
      const outgoing = request({ host, port, path, agent }, (response) => {
        response.on('data', (data: Buffer) => onEvents(linesIn(data)))
        response.on('error', () => undefined)
        opened(() => outgoing.destroy())
      })
      outgoing.on('error', fail)
      outgoing.end()
    })
}

/** Watches that share connections in turn, by HTTP/2, as those of Kubernetes' own clients do. */
export function watchesShared({ host, port, credential }: Target): Watch {
  const sessions = Array.from({ length: CONNECTIONS }, () =>
    connect(`https://${host}:${port}`, credential).on('error', () => undefined),
  )
  let open = 0
  let begun = 0
  return (path, onEvents) =>
    new Promise((opened, fail) => {
      const stream = sessions[begun++ % CONNECTIONS]?.request({ ':path': path })
      open += 1
      stream?.on('data', (data: Buffer) => onEvents(linesIn(data)))
      stream?.on('error', fail)
      stream?.on('response', () =>
        opened(() => {
          stream.destroy()
          open -= 1
          if (open === 0) for (const session of sessions) session.destroy()
        }),
      )
    })
}

function linesIn(data: Buffer): number {
  let lines = 0
  for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10, at + 1)) lines++
  return lines
}

/** Seconds of processor time so far of all of a process's threads that still run. */
export function cpuOf(pid: number): number {
  const folder = `/proc/${pid}/task`
  const nanoseconds = readdirSync(folder).map((task) =>
    Number(readFileSync(`${folder}/${task}/schedstat`, 'utf8').split(' ')[0]),
  )
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e9
}
