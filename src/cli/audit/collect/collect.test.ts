import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { haetae } from '../../../../test/program.fixture.ts'
import { type AuditEvent, openReceiver } from '../../../api-access/audit/index.ts'

const MAIN = join(import.meta.dirname, '../../main.ts')
const PASSWORD = Buffer.from('a-password-to-be-masked').toString('base64')

let folder = ''
let running: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-collect-'))
})
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  running = []
  rmSync(folder, { recursive: true, force: true })
})

const at = (name: string) => join(folder, name)

function event(number: number): AuditEvent {
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Request',
    auditID: `event-${number}`,
    stage: 'ResponseComplete',
    verb: 'create',
    requestURI: '/api/v1/namespaces/shop/secrets',
    user: { username: 'jane' },
    objectRef: { resource: 'secrets', namespace: 'shop', name: 'db', apiVersion: 'v1' },
    requestObject: { kind: 'Secret', apiVersion: 'v1', data: { password: PASSWORD } },
    stageTimestamp: '2026-01-02T03:04:05.000006Z',
  }
}

function log(...numbers: readonly number[]): string {
  return numbers.map((number) => `${JSON.stringify(event(number))}\n`).join('')
}

function idsIn(path: string): (string | undefined)[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as AuditEvent).auditID)
}

function kubeconfig(url: string): string {
  const path = at('webhook.kubeconfig')
  writeFileSync(
    path,
    `apiVersion: v1
kind: Config
clusters: [{name: webhook, cluster: {server: "${url}"}}]
users: []
contexts: [{name: webhook, context: {cluster: webhook, user: ""}}]
current-context: webhook
`,
  )
  return path
}

/** A collection that listens, once it says so. */
async function listening(args: readonly string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [MAIN, 'audit', 'collect', '--lang', 'en', ...args])
  running.push(child)
  let told = ''
  child.stderr.on('data', (chunk) => {
    told += chunk
  })
  await vi.waitFor(() => expect(told).toContain('listening on'), { timeout: 60_000 })
  return { child, url: /http\S+/.exec(told)?.[0] ?? '' }
}

async function post(url: string, ...numbers: readonly number[]): Promise<number> {
  const list = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: numbers.map(event) }
  return (await fetch(url, { method: 'POST', body: JSON.stringify(list) })).status
}

describe('haetae audit collect', () => {
  test('keeps a log in a file and in the store, linked, without its secrets', () => {
    const outputs = ['-o', `file=${at('audit.log')}`, '-o', `store=${at('audit.db')}`, '--chain']
    const { status, stderr } = haetae(['audit', 'collect', '-', ...outputs, '--stats'], {
      input: log(1, 2, 3, 3),
    })
    expect(stderr).toBe(
      `file=${at('audit.log')}: 4 accepted, 4 delivered, 0 twice, 0 dropped\n` +
        `store=${at('audit.db')}: 4 accepted, 3 delivered, 1 twice, 0 dropped\n`,
    )
    expect(status).toBe(0)
    expect(idsIn(at('audit.log'))).toEqual(['event-1', 'event-2', 'event-3', 'event-3'])
    expect(readFileSync(at('audit.log'), 'utf8')).not.toContain(PASSWORD)
    expect(haetae(['audit', 'verify', at('audit.log')]).status).toBe(0)
    expect(haetae(['audit', 'verify', '--store', at('audit.db')]).status).toBe(0)
    const shown = haetae(['audit', 'show', '--store', at('audit.db'), '--format', 'jsonl'])
    expect(shown.stdout.trim().split('\n')).toHaveLength(3)
  })

  test('a pipe is a file that nothing can be synchronized with', () => {
    const call = [process.execPath, MAIN, 'audit', 'collect', '-', '-o', 'file=/dev/stdout']
    const options = { input: log(1, 2), encoding: 'utf8' as const }
    const { status, stdout, stderr } = spawnSync('sh', ['-c', '"$@" | cat', 'sh', ...call], options)
    expect(stdout.trim().split('\n')).toHaveLength(2)
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  test('what it has acknowledged without --spill is in the file', async () => {
    const { child, url } = await listening(['-l', '127.0.0.1:0', '-o', `file=${at('audit.log')}`])
    for (let number = 0; number < 20; number++) expect(await post(url, number)).toBe(200)
    const ended = new Promise((resolve) => child.on('close', resolve))
    child.kill('SIGKILL')
    await ended
    expect(idsIn(at('audit.log'))).toHaveLength(20)
  })

  test('--no-redact keeps them', () => {
    haetae(['audit', 'collect', '-', '-o', `file=${at('audit.log')}`, '--no-redact'], { input: log(1) })
    expect(readFileSync(at('audit.log'), 'utf8')).toContain(PASSWORD)
  })

  test('rotates files by size, and keeps as many as asked', () => {
    const numbers = Array.from({ length: 100 }, (_, index) => index)
    const output = ['-o', `file=${at('audit.log')}`, '--max-size', '0.001', '--max-backups', '3']
    for (let run = 0; run < 5; run++) haetae(['audit', 'collect', '-', ...output], { input: log(...numbers) })
    expect(readdirSync(folder).filter((name) => name.startsWith('audit'))).toHaveLength(4)
  })

  test('a dead webhook delays: all is delivered later, in order, by the next start', async () => {
    // Nobody listens there.
    const config = kubeconfig('http://127.0.0.1:1/k8s-audit')
    const args = [
      'audit',
      'collect',
      '-',
      '-o',
      `webhook=${config}`,
      '--spill',
      at('spill'),
      '--batch-size',
      '7',
    ]
    const numbers = Array.from({ length: 50 }, (_, index) => index)
    const dead = haetae(args, { input: log(...numbers) })
    expect(dead.stderr).toMatch(/connection refused.*; it is tried again/)
    expect(dead.stderr).toMatch(/\d+ bytes are not delivered yet; they wait in --spill/)
    expect(dead.status).toBe(3)

    const alive = await openReceiver({ host: '127.0.0.1', port: 0 })
    kubeconfig(`http://127.0.0.1:${alive.address.port}/k8s-audit`)
    const received: AuditEvent[] = []
    const reading = (async () => {
      for await (const batch of alive.batches)
        for (const item of batch) if ('event' in item) received.push(item.event)
    })()
    const { child } = await listening([
      ...args.slice(3),
      '-l',
      '127.0.0.1:0',
      '--batch-wait',
      '0.05',
      '--qps',
      '100',
    ])
    await vi.waitFor(() => expect(received).toHaveLength(50), { timeout: 30_000 })
    const ended = new Promise((resolve) => child.on('close', resolve))
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    await alive.close()
    await reading
    expect(received.map(({ auditID }) => auditID)).toEqual(numbers.map((number) => `event-${number}`))
    expect(JSON.stringify(received)).not.toContain(PASSWORD)
  })

  test('what was acknowledged outlives kill -9', async () => {
    // A folder in the place of the file: nothing can be kept yet.
    const args = ['-l', '127.0.0.1:0', '--spill', at('spill'), '-o', `file=${at('kept')}/audit.log`]
    writeFileSync(at('blocked'), '')
    const blocked = args.with(-1, `file=${at('blocked')}`)
    const first = await listening(blocked)
    rmSync(at('blocked'))
    for (let number = 0; number < 20; number++) expect(await post(first.url, number)).toBe(200)
    const ended = new Promise((resolve) => first.child.on('close', resolve))
    first.child.kill('SIGKILL')
    await ended
    const second = await listening(args)
    expect(await post(second.url, 20)).toBe(200)
    const kept = () => {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter(({ name }) => name === 'audit.log' || name === 'blocked')
        .map(({ parentPath, name }) => join(parentPath, name))
      return new Set(files.flatMap(idsIn))
    }
    await vi.waitFor(() => expect(kept().size).toBe(21), { timeout: 30_000 })
  })

  test.each([
    ['no output', ['-'], 'ERR_USAGE'],
    ['no input', ['-o', 'file=x'], 'ERR_INPUT'],
    ['two inputs', ['-', '-l', ':0', '-o', 'file=x'], 'ERR_INPUT'],
    ['an output of no kind', ['-', '-o', 'x'], 'ERR_OUTPUT'],
    ['a webhook without a folder', ['-', '-o', 'webhook=x'], 'ERR_OUTPUT'],
    ['a webhook without a kubeconfig', ['-', '-o', 'webhook=x', '--spill', 'y'], 'ERR_OUTPUT'],
    ['a store that is none', ['-', '-o', 'store=package.json'], 'ERR_OUTPUT'],
    ['a size that is no number', ['-', '-o', 'file=x', '--max-size', 'much'], 'ERR_OPTION_VALUE'],
    ['a file that cannot be made', ['-', '-o', 'file=/proc/x/y'], 'ERR_OUTPUT'],
    ['a folder in place of a file', ['-', '-o', 'file=/tmp'], 'ERR_OUTPUT'],
    ['a folder that cannot be made', ['-', '-o', 'webhook=ok', '--spill', '/proc/x/y'], 'ERR_OUTPUT'],
    ['a key without a chain', ['-', '-o', 'file=x', '--key', 'package.json'], 'ERR_USAGE'],
    ['a key that cannot sign', ['-', '-o', 'file=x', '--chain', '--key', 'short'], 'ERR_KEY'],
    ['no such address', ['-o', 'file=x', '-l', 'nowhere'], 'ERR_ADDRESS'],
  ])('%s is told, in both languages: 2', (_name, args, code) => {
    for (const name of ['package.json', 'short']) writeFileSync(at(name), name)
    writeFileSync(at('ok'), readFileSync(kubeconfig('http://127.0.0.1:1/')))
    for (const lang of ['C', 'ko_KR.UTF-8']) {
      const { status, stderr } = haetae(['audit', 'collect', ...args], { cwd: folder, lang })
      expect(stderr).toMatch(new RegExp(`^haetae: ${code}: `))
      expect(/[가-힣]/.test(stderr)).toBe(lang !== 'C')
      expect(stderr).not.toMatch(/^ {4}at /m)
      expect(status).toBe(2)
    }
  })
})
