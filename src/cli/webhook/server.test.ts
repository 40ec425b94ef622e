import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAuthority } from '../../api-access/authentication/index.ts'
import { openWebhookServer } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'haetae-webhook-'))
const problems: unknown[] = []
let isReady = true
let opened: Awaited<ReturnType<typeof openWebhookServer>>
let trust: { readonly ca: string; readonly cert: string; readonly key: string }

beforeAll(async () => {
  const authority = await openAuthority({ folder })
  const { certificate: cert, key } = await authority.issueServer(['127.0.0.1'], 600)
  const own = await authority.issueClient({ name: 'kube-apiserver', groups: [] }, 600)
  trust = { ca: authority.certificate, cert: own.certificate, key: own.key }
  opened = await openWebhookServer({
    host: '127.0.0.1',
    port: 0,
    tls: { cert, key },
    clientCa: authority.certificate,
    isReady: () => isReady,
    onError: (error) => problems.push(error),
    handlers: {
      '/echo': async (body) => ({ status: 201, body: { body } }),
      '/refuse': async () => ({ status: 400, message: 'no review' }),
      '/fail': () => Promise.reject(new Error('inside')),
    },
  })
})
afterAll(() => {
  opened.server.closeAllConnections()
  opened.server.close()
  rmSync(folder, { recursive: true })
})

function call(
  method: string,
  path: string,
  text = '',
  withCertificate = true,
): Promise<readonly [number, string]> {
  const { ca, ...own } = trust
  const options = { host: '127.0.0.1', port: opened.port, method, path, ca, agent: false as const }
  return new Promise((done, fail) => {
    const outgoing = request({ ...options, ...(withCertificate && own) }, (response) => {
      let answer = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        answer += part
      })
      response.on('end', () => done([response.statusCode ?? 0, answer]))
    })
    outgoing.on('error', fail)
    outgoing.end(text)
  })
}

test('a review is answered', async () => {
  expect(await call('POST', '/echo?timeout=1s', '{"a":1}')).toEqual([201, '{"body":{"a":1}}'])
})

test.each([
  ['POST', '/echo', '{', 400],
  ['GET', '/echo', '', 405],
  ['POST', '/other', '{}', 404],
  ['POST', '/refuse', '{}', 400],
  ['POST', '/constructor', '{}', 404],
])('%s %s of %j: %d', async (method, path, text, status) => {
  expect((await call(method, path, text))[0]).toBe(status)
})

test('without a certificate of the authority there are only probes', async () => {
  expect((await call('POST', '/echo', '{}', false))[0]).toBe(403)
  expect(await call('GET', '/livez', '', false)).toEqual([200, 'ok'])
})

test('what is too large is not read', async () => {
  expect((await call('POST', '/echo', JSON.stringify('x'.repeat(1024 * 1024))))[0]).toBe(413)
})

/** Far more than a socket's buffers hold, so that the rest is still under way when the limit is passed. */
const LARGE = '1'.repeat(16 * 1024 * 1024)

test('who sends far too much, and all of it before it reads, is told so', async () => {
  const { ca, cert, key } = trust
  const socket = connect({ host: '127.0.0.1', port: opened.port, ca, cert, key })
  const head = `POST /echo HTTP/1.1\r\nhost: webhook\r\ncontent-length: ${LARGE.length}\r\n\r\n`
  await new Promise<void>((done, fail) => {
    socket.once('error', fail)
    socket.write(head + LARGE, (error) => (error ? fail(error) : done()))
  })
  const answer = await textOf(socket)
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  expect(answer).toMatch(/\r\n\r\na review has at most 1048576 bytes$/)
})

test.skipIf(spawnSync('curl', ['--version']).status !== 0)('so curl is', async () => {
  for (const [name, text] of Object.entries({ ...trust, body: LARGE }))
    writeFileSync(join(folder, name), text)
  const child = spawn(
    'curl',
    [
      ...['--silent', '--show-error', '--header', 'Expect:', '--data-binary', '@body'],
      ...['--cacert', 'ca', '--cert', 'cert', '--key', 'key', '--write-out', ' %{http_code}'],
      `https://127.0.0.1:${opened.port}/echo`,
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const [out, err] = await Promise.all([textOf(child.stdout), textOf(child.stderr)])
  expect([out, err]).toEqual(['a review has at most 1048576 bytes 413', ''])
})

test('what does not end is not read for ever', async () => {
  const { ca, cert, key } = trust
  const socket = connect({ host: '127.0.0.1', port: opened.port, ca, cert, key })
  const closed = new Promise((done) => socket.on('close', done))
  socket.on('error', () => undefined)
  socket.resume()
  socket.write('POST /echo HTTP/1.1\r\nhost: webhook\r\ntransfer-encoding: chunked\r\n\r\n')
  const chunk = `100000\r\n${'1'.repeat(0x100000)}\r\n`
  while (socket.writable) await new Promise((done) => socket.write(chunk, done))
  await closed
})

test('a fault inside is not told', async () => {
  expect(await call('POST', '/fail', '{}')).toEqual([500, 'the review could not be answered'])
  expect(problems).toEqual([new Error('inside')])
})

test('before all is read, reviews wait', async () => {
  isReady = false
  expect((await call('POST', '/echo', '{}'))[0]).toBe(503)
  expect((await call('GET', '/readyz'))[0]).toBe(503)
  isReady = true
  expect((await call('GET', '/readyz'))[0]).toBe(200)
})
