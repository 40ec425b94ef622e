import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openAuthority } from './authority.ts'
import { newCertificateRequest } from './certificate-request.ts'
import { fileServingCertificate, issuedServingCertificate } from './serving-certificate.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-authority-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const HOUR = 3600
const jane = { name: 'jane', groups: ['shop', 'system:authenticated'], uid: '42' }

describe('openAuthority', () => {
  test('is made once, for its owner alone', async () => {
    const [one, other] = await Promise.all([openAuthority({ folder }), openAuthority({ folder })])
    expect(one.certificate).toBe(other.certificate)
    expect((await openAuthority({ folder })).certificate).toBe(one.certificate)
    expect(statSync(join(folder, 'ca.key')).mode & 0o777).toBe(0o600)
    expect(new X509Certificate(one.certificate).ca).toBe(true)
  })

  test('a key that others may read is refused', async () => {
    await openAuthority({ folder })
    chmodSync(join(folder, 'ca.key'), 0o644)
    await expect(openAuthority({ folder })).rejects.toMatchObject({ code: 'ERR_AUTHENTICATION_FILE_MODE' })
  })

  test("another's certificate is refused", async () => {
    await openAuthority({ folder })
    const { certificate } = await openAuthority({ folder: join(folder, 'other') })
    writeFileSync(join(folder, 'ca.crt'), certificate)
    await expect(openAuthority({ folder })).rejects.toMatchObject({ code: 'ERR_AUTHENTICATION_FILE' })
  })

  test('nothing outlives the authority', async () => {
    const inTenYears = Date.now() + (10 * 365 * 24 - 1) * HOUR * 1000
    await openAuthority({ folder })
    const late = await openAuthority({ folder, now: () => inTenYears })
    const end = new X509Certificate(late.certificate).validToDate
    expect((await late.issueClient(jane, 100 * HOUR)).notAfter).toEqual(end)
  })

  test('OpenSSL takes its certificates for what they are', async () => {
    const authority = await openAuthority({ folder })
    const server = await authority.issueServer(['gate.example.com', '127.0.0.1', '::1'], HOUR)
    const client = await authority.issueClient(jane, HOUR)
    writeFileSync(join(folder, 'server.crt'), server.certificate)
    writeFileSync(join(folder, 'client.crt'), client.certificate)
    const verify = (purpose: string, file: string) =>
      execFileSync(
        'openssl',
        [
          'verify',
          '-x509_strict',
          '-purpose',
          purpose,
          '-CAfile',
          join(folder, 'ca.crt'),
          join(folder, file),
        ],
        {
          encoding: 'utf8',
          stdio: 'pipe',
        },
      )
    expect(verify('sslserver', 'server.crt')).toContain('OK')
    expect(verify('sslclient', 'client.crt')).toContain('OK')
    expect(() => verify('sslclient', 'server.crt')).toThrow()
    expect(() => verify('sslserver', 'client.crt')).toThrow()
    const read = new X509Certificate(server.certificate)
    expect(read.subjectAltName).toBe('DNS:gate.example.com, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1')
    expect(new X509Certificate(client.certificate).subject).toContain('O=shop')
    expect(new X509Certificate(client.certificate).subject).not.toContain('system:authenticated')
  })

  test('a client keeps its key: only the request goes to the authority', async () => {
    const authority = await openAuthority({ folder })
    const { key, request } = await newCertificateRequest()
    const { certificate, notAfter } = await authority.signClient(request, jane, HOUR)
    const server = await authority.issueServer(['localhost'], HOUR)
    expect(await handshake(authority.certificate, server, { cert: certificate, key })).toBe(true)
    expect(notAfter.getTime() - Date.now()).toBeLessThanOrEqual(HOUR * 1000)
  })

  test.each([
    ['no request', () => 'nonsense'],
    ['a long one', (request: string) => request + ' '.repeat(20_000)],
    [
      'changed after it was signed',
      (request: string) => request.replace(/^(.{80})(.)/ms, (_, start, c) => start + (c === 'A' ? 'B' : 'A')),
    ],
    ['a weak key', () => weakRequest()],
  ])('a request that proves nothing is refused: %s', async (_, change) => {
    const authority = await openAuthority({ folder })
    const { request } = await newCertificateRequest()
    await expect(authority.signClient(change(request), jane, HOUR)).rejects.toMatchObject({
      code: 'ERR_CERTIFICATE_REQUEST',
    })
  })
})

describe('serving certificates', () => {
  test('an issued one is renewed at two thirds of its life', async () => {
    let time = Date.now()
    let look = async () => {}
    const authority = await openAuthority({ folder, now: () => time })
    const serving = await issuedServingCertificate(authority, ['localhost'], {
      onProblem: fail,
      clock: () => time,
      every: (_, run) => {
        look = run
        return () => undefined
      },
    })
    const first = serving.current()
    const told: unknown[] = []
    serving.subscribe((pair) => told.push(pair))
    time += 19 * 24 * HOUR * 1000
    await look()
    expect(serving.current()).toEqual(first)
    time += 2 * 24 * HOUR * 1000
    await look()
    expect(serving.current().cert).not.toBe(first.cert)
    expect(told).toEqual([serving.current()])
  })

  test('files are read again when both fit', async () => {
    const authority = await openAuthority({ folder })
    const write = ({ certificate, key }: { certificate?: string; key?: string }) => {
      if (certificate !== undefined) writeFileSync(join(folder, 'tls.crt'), certificate)
      if (key !== undefined) writeFileSync(join(folder, 'tls.key'), key)
    }
    let time = 0
    let look = async () => {}
    const problems: string[] = []
    write(await authority.issueServer(['one'], HOUR))
    const serving = fileServingCertificate(join(folder, 'tls.crt'), join(folder, 'tls.key'), {
      onProblem: ({ id }) => problems.push(id),
      now: () => time,
      every: (_, run) => {
        look = run
        return () => undefined
      },
    })
    const first = serving.current()
    const next = await authority.issueServer(['two'], HOUR)
    for (const part of [{ certificate: next.certificate }, {}, { key: next.key }]) {
      expect(serving.current()).toEqual(first)
      write(part)
      time += 5000
      await look()
    }
    expect(serving.current()).toEqual({ cert: next.certificate, key: next.key })
    expect(problems).toEqual(['authentication-file.bad-key'])
  })
})

function fail(): never {
  throw new Error('no problem was expected')
}

function weakRequest(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  writeFileSync(join(folder, 'weak.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const call = ['req', '-new', '-key', join(folder, 'weak.key'), '-subj', '/CN=jane']
  return execFileSync('openssl', call, { encoding: 'utf8' })
}

/** Whether the server takes the client's certificate, and the client the server's. */
async function handshake(
  ca: string,
  server: { certificate: string; key: string },
  client: object,
): Promise<boolean> {
  const { certificate: cert, key } = server
  const listening = createServer({ ca, cert, key, requestCert: true, rejectUnauthorized: false })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const seen = new Promise<boolean>((resolve) =>
    listening.once('secureConnection', (socket: TLSSocket) => resolve(socket.authorized)),
  )
  const { port } = listening.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ...client })
  socket.on('error', () => listening.emit('secureConnection', { authorized: false } as TLSSocket))
  const authorized = await seen
  socket.destroy()
  listening.close()
  return authorized
}
