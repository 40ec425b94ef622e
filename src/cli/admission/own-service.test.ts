import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createApi } from 'node:http'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, createServer as createSilent, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAuthority } from '../../api-access/authentication/index.ts'
import { type ClusterClient, clusterClient } from '../../kubernetes/index.ts'
import { askService } from './own-service.ts'

const NAME = 'haetae-admission.haetae-system.svc'

let folder = ''
let bundle = ''
let others = ''
let client: ClusterClient
let review: Server
/** As the API gives the service. */
let service: { readonly status: number; readonly spec?: object } = { status: 200 }
let status = 200
const asked: (string | undefined)[] = []
const servers: { close(): void; closeAllConnections?(): void }[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-service-'))
  const authority = await openAuthority({ folder: join(folder, 'own') })
  others = (await openAuthority({ folder: join(folder, 'other') })).certificate
  bundle = authority.certificate
  const { certificate, key } = await authority.issueServer([NAME], 3600)
  review = createServer({ cert: certificate, key }, ({ url, headers }, response) => {
    asked.push(`${headers.host}${url}`)
    response.writeHead(status).end('ok')
  })
  const api = createApi(({ url }, response) => {
    asked.push(url)
    response.writeHead(service.status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ kind: 'Service', spec: service.spec }))
  })
  servers.push(review, api)
  const [, port] = await Promise.all([listen(review), listen(api)])
  const config = new KubeConfig()
  config.loadFromClusterAndUser(
    { name: 'here', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'me' },
  )
  client = clusterClient(config)
})
afterAll(() => {
  client.close()
  for (const each of servers) {
    each.closeAllConnections?.()
    each.close()
  }
  rmSync(folder, { recursive: true })
})

async function listen(server: {
  listen(port: number, host: string, done: () => void): unknown
  address(): unknown
}) {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

/** Waits longer than a busy machine takes for an answer, unless said otherwise. */
const ask = (port = (review.address() as AddressInfo).port, trusted = bundle, milliseconds = 60_000) =>
  askService(client, { namespace: 'haetae-system', name: 'haetae-admission', port }, trusted, milliseconds)

test('asks at the address that the cluster gives the service, by the name that its certificate has', async () => {
  service = { status: 200, spec: { clusterIP: '127.0.0.1' } }
  asked.length = 0
  expect(await ask()).toBeUndefined()
  expect(asked).toEqual(['/api/v1/namespaces/haetae-system/services/haetae-admission', `${NAME}/readyz`])
})

test('a replica that is not ready does not count', async () => {
  service = { status: 200, spec: { clusterIP: '127.0.0.1' } }
  status = 503
  expect(await ask()).toBe('HTTP 503')
  status = 200
})

test('who shows a certificate of another authority is not the replica', async () => {
  service = { status: 200, spec: { clusterIP: '127.0.0.1' } }
  asked.length = 0
  expect(await ask(undefined, others)).toMatch(/CERT|SIGNATURE|ISSUER|SELF_SIGNED/)
  expect(asked).not.toContain(`${NAME}/readyz`)
})

test.each([
  ['there is no service', { status: 404 }, 'HTTP 404'],
  ['it has no address', { status: 200, spec: { clusterIP: 'None' } }, 'the service has no cluster address'],
] as const)('says why there is no answer: %s', async (_, given, reason) => {
  service = given
  expect(await ask()).toContain(reason)
})

test('says that nothing listens at its address, or that what does says nothing', async () => {
  service = { status: 200, spec: { clusterIP: '127.0.0.1' } }
  const sockets = new Set<Socket>()
  const silent = createSilent((socket) => sockets.add(socket.on('error', () => undefined)))
  const port = await listen(silent)
  expect(await ask(port, bundle, 3000)).toContain('no answer within 3 s')
  for (const socket of sockets) socket.destroy()
  await new Promise((done) => silent.close(done))
  expect(await ask(port)).toBe('ECONNREFUSED')
})
