import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseCaBundle } from '../certificates/ca-bundle.ts'
import { clientCertificateAuthenticator } from '../certificates/client-certificate.ts'
import type { IssuedKeyPair } from './authority.ts'
import { openLastingAuthority } from './lasting-authority.ts'

const YEAR = 365 * 24 * 3_600_000
const HOUR_SECONDS = 3600
const jane = { name: 'jane', groups: [] }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-lasting-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const countOf = (pem: string) => pem.match(/BEGIN CERTIFICATE/g)?.length

test('a successor is trusted first, signs later, and is alone in the end', async () => {
  const start = Date.now()
  let now = start
  const authority = await openLastingAuthority({ folder, now: () => now })
  const first = authority.certificate
  const signedByFirst = async () => {
    const { certificate } = await authority.issueServer(['localhost'], HOUR_SECONDS)
    return new X509Certificate(certificate).verify(new X509Certificate(first).publicKey)
  }
  expect([countOf(first), await signedByFirst()]).toEqual([1, true])
  for (const [years, certificates, byFirst] of [
    [7.9, 1, true],
    [8.1, 2, true],
    [9.4, 2, true],
    [9.6, 2, false],
    [10.1, 1, false],
    [17, 2, false],
  ] as const) {
    now = start + years * YEAR
    await authority.look()
    expect([years, countOf(authority.certificate), await signedByFirst()]).toEqual([
      years,
      certificates,
      byFirst,
    ])
    expect(readFileSync(authority.bundleFile, 'utf8')).toBe(authority.certificate)
    const again = await openLastingAuthority({ folder, now: () => now })
    expect(again.certificate).toBe(authority.certificate)
  }
  expect(statSync(join(folder, 'next', 'ca.key')).mode & 0o777).toBe(0o600)
})

test('while both are trusted, certificates of either are taken, by clients and by the server', async () => {
  const long = Date.now() - 9.6 * YEAR
  const before = await openLastingAuthority({ folder, now: () => long })
  const first = before.certificate
  const oldClient = await before.issueClient(jane, 10 * YEAR)
  const authority = await openLastingAuthority({ folder })
  const newClient = await authority.issueClient(jane, HOUR_SECONDS)
  expect(authority.hasSigned(new X509Certificate(oldClient.certificate))).toBe(true)
  expect(authority.hasSigned(new X509Certificate(newClient.certificate))).toBe(true)

  const bundle = parseCaBundle(authority.certificate, 'ca-bundle.crt')
  const authenticator = clientCertificateAuthenticator({ value: () => bundle })
  for (const { certificate } of [oldClient, newClient])
    expect(
      await authenticator.authenticate({
        headers: {},
        address: '127.0.0.1',
        certificates: [new X509Certificate(certificate)],
      }),
    ).toMatchObject({ user: { name: 'jane' } })

  const { certificate: cert, key } = await authority.issueServer(['localhost'], HOUR_SECONDS)
  const server = createServer({
    cert,
    key,
    ca: authority.certificate,
    requestCert: true,
    rejectUnauthorized: false,
  })
  // A client that trusts it not is gone before it is answered.
  server.on('secureConnection', (socket: TLSSocket) =>
    socket.on('error', () => undefined).end(String(socket.authorized)),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const visit = async (ca: string, pair: IssuedKeyPair) => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca,
      cert: pair.certificate,
      key: pair.key,
    })
    let told = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      told += text
    })
    const failed = new Promise<string>((resolve) => socket.on('error', () => resolve('not trusted')))
    return Promise.race([failed, once(socket, 'close').then(() => told)])
  }
  expect(await visit(authority.certificate, oldClient)).toBe('true')
  expect(await visit(authority.certificate, newClient)).toBe('true')
  // Who has been told of nothing for a year and a half.
  expect(await visit(first, newClient)).toBe('not trusted')
  server.close()
})
