import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  type AuditEvent,
  compilePolicy,
  createRedactor,
  decodePolicy,
  openFileSink,
} from '../../audit/index.ts'
import { authenticationChain, type Login } from '../../authentication/index.ts'
import { openJournal } from '../trail/journal.ts'
import { openTrail, type Trail } from '../trail/trail.ts'
import { createLoginEndpoint } from './login.ts'

let server: Server
let asked: unknown[]
const problems: unknown[] = []
const results: string[] = []
let trail: Trail
let folder: string

beforeEach(async () => {
  asked = []
  problems.length = 0
  const login: Login = {
    async enter(given) {
      asked.push(given)
      if (given.name === 'broken') throw new Error('a secret')
      if (given.name === 'kim') return { kind: 'refused', of: 'kim' }
      if (given.name !== 'jane') return { kind: 'refused' }
      return {
        kind: 'certificate',
        certificate: 'PEM',
        notAfter: new Date(0),
        user: { name: 'jane', groups: ['shop'] },
      }
    },
    renew: async () => ({ kind: 'refused' }),
  }
  folder = mkdtempSync(join(tmpdir(), 'haetae-logins-'))
  const decoded = decodePolicy({ rules: [{ level: 'Metadata', omitStages: ['RequestReceived'] }] })
  if ('error' in decoded) throw new Error(decoded.error)
  trail = openTrail({
    policy: compilePolicy(decoded.policy),
    redact: createRedactor(),
    sinks: [await openFileSink({ path: join(folder, 'audit.log') })],
    journal: openJournal({ folder: join(folder, 'journal') }),
  })
  results.length = 0
  const endpoint = createLoginEndpoint({
    login,
    chain: authenticationChain([]),
    trail,
    onLogin: (result) => results.push(result),
    onError: (error) => problems.push(error),
  })
  server = createServer((incoming, response) => {
    incoming.on('error', () => undefined)
    if (!endpoint(incoming, response)) response.writeHead(418).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await trail.close()
  rmSync(folder, { recursive: true })
})

function call(path: string, body: string, method = 'POST'): Promise<{ status: number; text: string }> {
  const { port } = server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, path, method, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const person = (user: string) => JSON.stringify({ user, password: 'p', certificateRequest: 'PEM' })

test.each([
  ['/api', 'x', 418],
  ['/.haetae/other', '{}', 404],
  ['/.haetae/login?a=b', '{}', 404],
  ['/.haetae/login', 'nonsense', 400],
  ['/.haetae/renew', '{"certificateRequest":"PEM"}', 401],
])('%s', async (path, body, status) => {
  expect(await call(path, body)).toMatchObject({ status })
  expect(asked).toEqual([])
})

test('the login is told the address of the connection, whatever the body says', async () => {
  const answer = await call('/.haetae/login', person('jane').replace('{', '{"address":"192.0.2.1",'))
  expect(answer).toMatchObject({
    status: 200,
    text: JSON.stringify({ certificate: 'PEM', notAfter: new Date(0) }),
  })
  expect(asked).toEqual([
    { name: 'jane', password: 'p', code: '', certificateRequest: 'PEM', address: '127.0.0.1' },
  ])
})

test('a body that no login has is not read', async () => {
  const outcome = await call('/.haetae/login', 'x'.repeat(70_000)).then(
    ({ status }) => status,
    () => 413,
  )
  expect([outcome, asked]).toEqual([413, []])
})

test('a fault is told inside, not outside', async () => {
  const { status, text } = await call('/.haetae/login', person('broken'))
  expect([status, text]).toEqual([500, '{"message":"Internal Server Error"}'])
  expect(problems).toHaveLength(1)
})

test('every attempt leaves an event and is counted; what is no user may be a password', async () => {
  for (const name of ['jane', 'kim', 'hunter2']) await call('/.haetae/login', person(name))
  await call('/.haetae/renew', '{"certificateRequest":"PEM"}')
  expect(results).toEqual(['certificate', 'refused', 'refused', 'refused'])
  const log = await vi.waitFor(() => {
    const text = readFileSync(join(folder, 'audit.log'), 'utf8')
    expect(text.trim().split('\n')).toHaveLength(4)
    return text
  }, 30_000)
  const events: AuditEvent[] = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(events).toMatchObject([
    {
      stage: 'ResponseComplete',
      verb: 'post',
      requestURI: '/.haetae/login',
      user: { username: 'jane', groups: ['shop'] },
      sourceIPs: ['127.0.0.1'],
      responseStatus: { code: 200 },
      annotations: { 'haetae.io/login': 'certificate' },
    },
    {
      user: {},
      responseStatus: { code: 401 },
      annotations: { 'haetae.io/login': 'refused', 'haetae.io/login-user': 'kim' },
    },
    { user: {}, responseStatus: { code: 401 }, annotations: { 'haetae.io/login': 'refused' } },
    {
      requestURI: '/.haetae/renew',
      responseStatus: { code: 401 },
      annotations: { 'haetae.io/login': 'refused' },
    },
  ])
  expect(log).not.toContain('hunter2')
})
