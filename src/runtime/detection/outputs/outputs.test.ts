import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Message } from '../../../messages/index.ts'
import type { Alert } from '../alert.ts'
import { type OutputRequest, openOutput } from './open-output.ts'
import type { AlertOutput } from './output.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-outputs-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** More than a number of JavaScript holds. */
const ADDRESS = 18446612682702848001n

/** With all digits of it. */
function jsonOf(value: object): string {
  return JSON.stringify(value, (_, each) => (each === ADDRESS ? 'ADDRESS' : each)).replaceAll(
    '"ADDRESS"',
    String(ADDRESS),
  )
}

function alert(index: number, output = `00:00:00.000000000: Warning alert ${index}`): Alert {
  return {
    uuid: `uuid-${index}`,
    rule: 'A rule',
    priority: 'Warning',
    source: 'k8s_audit',
    time: '2026-01-02T03:04:05.000000678Z',
    output,
    output_fields: { 'ka.verb': 'get', index, lengths: [ADDRESS, -1], address: ADDRESS },
    tags: ['t'],
    hostname: 'host 1',
  }
}

/** Something that takes alerts, and what it has got of them so far. */
interface Receiver {
  readonly request: OutputRequest
  /** One text for each alert, in order. */
  received(): readonly string[]
  stop(): Promise<void>
}

interface Kind {
  readonly name: string
  start(): Promise<Receiver>
  /** How the alert stands in what is received. */
  expected(alert: Alert): string | RegExp
}

const KINDS: readonly Kind[] = [
  {
    name: 'standard output, text',
    expected: ({ output }) => output,
    start: async () => streamReceiver('text'),
  },
  {
    name: 'standard output, lines of JSON',
    expected: jsonOf,
    start: async () => streamReceiver('jsonl'),
  },
  {
    name: 'file',
    expected: jsonOf,
    start: async () => {
      const path = join(folder, `alerts-${Math.random()}.jsonl`)
      const received = () => (existsSync(path) ? linesOf(readFileSync(path, 'utf8')) : [])
      return { request: { kind: 'file', target: path, format: 'jsonl' }, received, stop: async () => {} }
    },
  },
  {
    name: 'program',
    expected: ({ output }) => output,
    start: async () => {
      const path = join(folder, `program-${Math.random()}`)
      const received = () => (existsSync(path) ? linesOf(readFileSync(path, 'utf8')) : [])
      const target = `cat > '${path}'`
      return { request: { kind: 'program', target, format: 'text' }, received, stop: async () => {} }
    },
  },
  { name: 'HTTP', expected: jsonOf, start: () => httpReceiver('http') },
  {
    name: 'CloudEvents',
    expected: (alert) =>
      jsonOf({
        specversion: '1.0',
        id: alert.uuid,
        source: 'urn:haetae:host%201',
        type: 'haetae.alert.v1',
        subject: alert.rule,
        time: alert.time,
        datacontenttype: 'application/json',
        data: alert,
      }),
    start: () => httpReceiver('cloudevents'),
  },
  {
    name: 'syslog over UDP',
    expected: syslogLine,
    start: async () => {
      const socket = createSocket('udp4')
      const messages: string[] = []
      socket.on('message', (message) => messages.push(message.toString()))
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
      return {
        request: { kind: 'syslog', target: `udp://127.0.0.1:${socket.address().port}`, format: 'text' },
        received: () => messages,
        stop: async () => void socket.close(),
      }
    },
  },
  {
    name: 'syslog over TCP',
    expected: syslogLine,
    start: () =>
      socketReceiver((text) => {
        const messages: string[] = []
        for (let at = 0; at < text.length; ) {
          const blank = text.indexOf(' ', at)
          const length = Number(text.slice(at, blank))
          messages.push(text.slice(blank + 1, blank + 1 + length))
          at = blank + 1 + length
        }
        return messages
      }),
  },
  {
    name: 'syslog over a Unix socket of streams',
    expected: syslogLine,
    start: () => socketReceiver(linesOf, join(folder, `stream-${process.pid}`)),
  },
]

function syslogLine({ output }: Alert): RegExp {
  return new RegExp(`^<84>1 2026-01-02T03:04:05.000000Z host1 haetae ${process.pid} alert - ${output}$`)
}

function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1)
}

const stdout = new Map<OutputRequest, PassThrough>()

function streamReceiver(format: 'text' | 'jsonl'): Receiver {
  const request: OutputRequest = { kind: 'stdout', target: '', format }
  const stream = new PassThrough()
  stdout.set(request, stream)
  let text = ''
  stream.on('data', (chunk) => {
    text += chunk
  })
  return { request, received: () => linesOf(text), stop: async () => {} }
}

async function httpReceiver(kind: 'http' | 'cloudevents'): Promise<Receiver> {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    bodies.push(body)
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    request: { kind, target: `http://127.0.0.1:${port}/alerts`, format: 'text' },
    received: () => bodies,
    stop: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function socketReceiver(split: (text: string) => string[], path?: string): Promise<Receiver> {
  let text = ''
  const server = createTcpServer((socket) => {
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('end', () => socket.end())
  })
  if (path === undefined) server.listen(0, '127.0.0.1')
  else server.listen(path)
  await once(server, 'listening')
  const target = path ?? `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    request: { kind: 'syslog', target, format: 'text' },
    received: () => split(text),
    stop: async () => void server.close(),
  }
}

async function open(
  request: OutputRequest,
  onMessage = (_output: string, _message: Message) => {},
): Promise<AlertOutput> {
  const stream = stdout.get(request) ?? new PassThrough()
  const output = await openOutput(request, {
    stdout: stream,
    backoff: 5,
    longestBackoff: 10,
    limit: 100,
    onMessage,
  })
  if (output === undefined) throw new Error('this kind of output cannot be opened')
  return output
}

/** Programs and servers take their time on a busy machine. */
function waitFor(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 30_000 })
}

describe.each(KINDS)('$name', ({ start, expected }) => {
  test('takes alerts in order and delivers all before it is closed', async () => {
    const receiver = await start()
    const output = await open(receiver.request)
    const alerts = Array.from({ length: 20 }, (_, index) => alert(index))
    for (const each of alerts) output.push(each)
    await output.close(30_000)
    await waitFor(() => expect(receiver.received().length).toBe(alerts.length))
    for (const [index, text] of receiver.received().entries()) {
      const wanted = expected(alerts[index] as Alert)
      if (typeof wanted === 'string') expect(text).toBe(wanted)
      else expect(text).toMatch(wanted)
    }
    expect(output.counts).toEqual({ delivered: 20, dropped: 0, retries: 0 })
    await receiver.stop()
  })

  test('takes none after that', async () => {
    const receiver = await start()
    const output = await open(receiver.request)
    await output.close(30_000)
    output.push(alert(1))
    expect(output.counts).toEqual({ delivered: 0, dropped: 1, retries: 0 })
    await receiver.stop()
  })
})

describe('what is written to a terminal', () => {
  test('a value of an event forges no line and no colour', async () => {
    const receiver = streamReceiver('text')
    const output = await open(receiver.request)
    output.push(alert(1, 'user=a\nWarning: all is well \u001b[2J'))
    await output.close(30_000)
    expect(receiver.received()).toEqual(['user=a\\nWarning: all is well \\u001b[2J'])
  })

  test('one JSON document, also without any alert', async () => {
    for (const count of [0, 1, 3]) {
      const request: OutputRequest = { kind: 'stdout', target: '', format: 'json' }
      const stream = new PassThrough()
      stdout.set(request, stream)
      const output = await open(request)
      for (let index = 0; index < count; index++) output.push(alert(index))
      await output.close(30_000)
      const written = String(stream.read())
      expect(JSON.parse(written)).toHaveLength(count)
      for (let index = 0; index < count; index++) expect(written).toContain(jsonOf(alert(index)))
    }
  })
})

describe('a file', () => {
  test.each(['renamed', 'removed', 'renamed and told so'])('that is %s is begun anew', async (how) => {
    const path = join(folder, `rotated ${how}`)
    const output = await open({ kind: 'file', target: path, format: 'text' })
    output.push(alert(1))
    await waitFor(() => expect(output.counts.delivered).toBe(1))
    if (how === 'removed') rmSync(path)
    else renameSync(path, `${path}.1`)
    if (how === 'renamed and told so') output.reopen()
    output.push(alert(2))
    await output.close(30_000)
    expect(linesOf(readFileSync(path, 'utf8'))).toEqual([alert(2).output])
    if (how !== 'removed') expect(linesOf(readFileSync(`${path}.1`, 'utf8'))).toEqual([alert(1).output])
  })

  test('that a killed process left in the middle of a line: what follows stands in lines of its own', async () => {
    const path = join(folder, 'torn')
    const [whole, torn] = [1, 2].map((index) => jsonOf(alert(index)))
    writeFileSync(path, `${whole}\n${torn?.slice(0, -9)}`)
    const output = await open({ kind: 'file', target: path, format: 'jsonl' })
    output.push(alert(2))
    output.push(alert(3))
    await output.close(30_000)
    const expected = [whole, torn?.slice(0, -9), torn, jsonOf(alert(3))]
    expect(linesOf(readFileSync(path, 'utf8'))).toEqual(expected)
  })

  test('whose folder is missing is tried until it is there', async () => {
    const messages: string[] = []
    const path = join(folder, 'not-yet', 'alerts')
    const output = await open({ kind: 'file', target: path, format: 'text' }, (_, { id }) =>
      messages.push(id),
    )
    output.push(alert(1))
    await waitFor(() => expect(output.counts.retries).toBeGreaterThan(1))
    mkdirSync(join(folder, 'not-yet'))
    await output.close(30_000)
    expect(output.counts).toMatchObject({ delivered: 1, dropped: 0 })
    expect(messages).toEqual(['alert-output.failing', 'alert-output.works'])
  })
})

describe('a server', () => {
  async function serve(statuses: number[]): Promise<{ url: string; taken: string[]; stop(): void }> {
    const taken: string[] = []
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const status = statuses.shift() ?? 200
      if (status === 0) request.socket.destroy()
      else response.writeHead(status).end('no')
      if (status === 200) taken.push((JSON.parse(body) as Alert).uuid)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const stop = () => {
      server.closeAllConnections()
      server.close()
    }
    return { url: `http://127.0.0.1:${port}/`, taken, stop }
  }

  test('that fails for a while gets everything later, in order', async () => {
    const { url, taken, stop } = await serve([503, 0, 429, 200, 500])
    const output = await open({ kind: 'http', target: url, format: 'text' })
    for (let index = 0; index < 5; index++) output.push(alert(index))
    await output.close(30_000)
    expect(taken).toEqual([0, 1, 2, 3, 4].map((index) => `uuid-${index}`))
    expect(output.counts).toEqual({ delivered: 5, dropped: 0, retries: 4 })
    stop()
  })

  test('that refuses an alert does not get it again', async () => {
    const { url, taken, stop } = await serve([400])
    const messages: Message[] = []
    const output = await open({ kind: 'http', target: url, format: 'text' }, (_, message) =>
      messages.push(message),
    )
    for (const index of [1, 2]) output.push(alert(index))
    await output.close(30_000)
    expect(taken).toEqual(['uuid-2'])
    expect(output.counts).toEqual({ delivered: 1, dropped: 1, retries: 0 })
    expect(messages).toEqual([{ id: 'alert-output.refused', data: { reason: 'HTTP 400', count: 1 } }])
    stop()
  })

  test('that is never there: the queue is bounded, and closing ends in time', async () => {
    const messages: string[] = []
    const output = await open({ kind: 'http', target: 'http://127.0.0.1:9/', format: 'text' }, (_, { id }) =>
      messages.push(id),
    )
    for (let index = 0; index < 150; index++) output.push(alert(index))
    expect(output.counts.dropped).toBe(50)
    await output.close(50)
    expect(output.counts).toMatchObject({ delivered: 0, dropped: 150 })
    expect(messages).toContain('alert-output.full')
    expect(messages.at(-1)).toBe('alert-output.lost')
  })

  test('a password in its address does not stand in messages', async () => {
    const target = 'https://user:password@example.com/hook?token=secret'
    const { name } = await open({ kind: 'http', target, format: 'text' })
    expect(name).toBe('http=https://example.com/hook')
  })
})

describe('a program', () => {
  test('that ends is started again', async () => {
    const path = join(folder, 'one-line-each')
    const started = join(folder, 'started')
    const program = `echo $$ > '${started}'; exec head -n 1 >> '${path}'`
    const output = await open({ kind: 'program', target: program, format: 'text' })
    for (const index of [1, 2]) {
      output.push(alert(index))
      await waitFor(() => expect(linesOf(readFileSync(path, 'utf8')).length).toBe(index))
      // What is written before the end of the program is known is lost with it; it is known once nothing is left of it.
      const pid = Number(readFileSync(started, 'utf8'))
      await waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'))
    }
    await output.close(30_000)
    expect(linesOf(readFileSync(path, 'utf8'))).toEqual([alert(1).output, alert(2).output])
  })
})

/** Node.js cannot listen to a Unix socket of datagrams either. */
const DATAGRAM_SERVER = `
import socket, sys
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind(sys.argv[1])
print("ready", flush=True)
for _ in range(2):
    print(server.recv(65536).decode(), flush=True)
`

describe('a syslog socket of datagrams', () => {
  const tools = ['/usr/bin/logger', '/usr/bin/python3'].every((path) => existsSync(path))
  test.skipIf(!tools)('is written to by way of logger', async () => {
    const socket = join(folder, 'datagrams')
    const server = spawn('/usr/bin/python3', ['-c', DATAGRAM_SERVER, socket])
    // Awaited below: the server may well be gone before the output is closed.
    const closed = once(server, 'close')
    let text = ''
    server.stdout.on('data', (chunk) => {
      text += chunk
    })
    await waitFor(() => expect(text).toBe('ready\n'))
    const output = await open({ kind: 'syslog', target: socket, format: 'text' })
    for (const index of [1, 2]) output.push(alert(index))
    await output.close(30_000)
    await closed
    const [, first = '', second = ''] = text.split('\n')
    expect(first).toMatch(/^<84>1 .* haetae .* alert .*Warning alert 1$/)
    expect(second).toMatch(/Warning alert 2$/)
  })
})

test.each<[OutputRequest['kind'], string]>([
  ['stdout', 'somewhere'],
  ['file', ''],
  ['http', 'ftp://example.com'],
  ['http', 'example.com'],
  ['syslog', 'localhost'],
  ['cloudevents', ''],
])('%s has no target like "%s"', async (kind, target) => {
  const opened = await openOutput({ kind, target, format: 'text' }, { stdout: new PassThrough() })
  expect(opened).toBeUndefined()
})
