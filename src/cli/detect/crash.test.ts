import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { freePort } from '../../../test/free-ports.fixture.ts'

const MAIN = join(import.meta.dirname, '../main.ts')

const RULES = `- rule: Every Event
  desc: all there is
  condition: ka.auditid exists
  output: "%ka.auditid"
  priority: NOTICE
  source: k8s_audit
`

const SENDERS = 4
const KILLS = 2

let folder = ''
let running: ChildProcess | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-crash-'))
  writeFileSync(at('rules.yaml'), RULES)
})
afterEach(() => {
  running?.kill('SIGKILL')
  running = undefined
  rmSync(folder, { recursive: true, force: true })
})

const at = (name: string) => join(folder, name)

/** @returns the address that it listens on */
async function detect(port: number, args: readonly string[]): Promise<URL> {
  const call = ['detect', '--rules', at('rules.yaml'), '--listen', `127.0.0.1:${port}`, '--format', 'jsonl']
  const child = spawn(process.execPath, [MAIN, ...call, ...args], {
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  running = child
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text
  })
  await vi.waitFor(() => expect(told).toContain('listening on'), { timeout: 60_000 })
  return new URL(/http\S+/.exec(told)?.[0] ?? '')
}

async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const child = running
  running = undefined
  if (child === undefined) return
  const closed = once(child, 'close')
  child.kill(signal)
  await closed
}

/** Posts lists of events, one after the other, each until it is acknowledged. */
async function send(
  url: URL,
  sender: number,
  stopped: () => boolean,
  acknowledged: Set<string>,
): Promise<void> {
  for (let number = 0; !stopped(); number++) {
    const ids = Array.from({ length: 50 }, (_, item) => `${sender}-${number}-${item}`)
    const items = ids.map((auditID) => ({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID,
      stage: 'ResponseComplete',
      verb: 'get',
      requestURI: '/api/v1/namespaces/shop/secrets/db',
      user: { username: 'jane' },
    }))
    const body = JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items })
    let isTaken = false
    while (!isTaken) {
      const response = await fetch(url, { method: 'POST', body }).catch(() => undefined)
      isTaken = response?.status === 200
      if (!isTaken) await sleep(20)
    }
    for (const id of ids) acknowledged.add(id)
  }
}

/** Sends events while the receiver is killed again and again. @returns the audit IDs that it acknowledged */
async function underLoad(args: readonly string[]): Promise<Set<string>> {
  // It listens there again: a port that the kernel gives to nobody else meanwhile.
  const url = await detect(await freePort(), args)
  const acknowledged = new Set<string>()
  let isOver = false
  const senders = Array.from({ length: SENDERS }, (_, index) => send(url, index, () => isOver, acknowledged))
  for (let kill = 0; kill < KILLS; kill++) {
    const before = acknowledged.size
    await vi.waitFor(() => expect(acknowledged.size).toBeGreaterThan(before + 1000), { timeout: 60_000 })
    await end('SIGKILL')
    await detect(Number(url.port), args)
  }
  isOver = true
  await Promise.all(senders)
  return acknowledged
}

/** What stands in whole lines: each kill may have left half a line, and that is all that nobody can read. */
function alerted(path: string): Set<string> {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  const ids = lines.map(alertedIn)
  expect(ids.filter((id) => id === undefined).length).toBeLessThanOrEqual(KILLS + 1)
  return new Set(ids.filter((id) => id !== undefined))
}

function alertedIn(line: string): string | undefined {
  try {
    return JSON.parse(line).output_fields['ka.auditid']
  } catch {
    return undefined
  }
}

const missing = (acknowledged: ReadonlySet<string>, told: ReadonlySet<string>) =>
  [...acknowledged].filter((id) => !told.has(id))

describe('a receiver that is killed under load', { timeout: 180_000 }, () => {
  test('without a folder: what it acknowledged has been written', async () => {
    const acknowledged = await underLoad(['-o', `file=${at('alerts')}`])
    await end('SIGKILL')
    expect(missing(acknowledged, alerted(at('alerts')))).toEqual([])
  })

  test('with a folder: what waits for an output that is down comes after the next start', async () => {
    const args = ['-o', `file=${at('alerts')}`, '--spill', at('spill')]
    const told = new Set<string>()
    let isDown = true
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      if (!isDown) for (const [, id] of body.matchAll(/"ka\.auditid":"([^"]+)"/g)) told.add(id ?? '')
      response.writeHead(isDown ? 503 : 200).end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    try {
      const outputs = [...args, '-o', `http=http://127.0.0.1:${port}/`]
      const acknowledged = await underLoad(outputs)
      await end('SIGKILL')
      isDown = false
      await detect(0, outputs)
      await vi.waitFor(() => expect(missing(acknowledged, told)).toEqual([]), {
        timeout: 120_000,
        interval: 500,
      })
      await end('SIGTERM')
      expect(missing(acknowledged, alerted(at('alerts')))).toEqual([])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
