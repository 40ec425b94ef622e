import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { authenticationChain, type Login } from '../../authentication/index.ts'
import { createLoginEndpoint } from './login.ts'

let server: Server
let asked: unknown[]
const problems: unknown[] = []

beforeEach(async () => {
  asked = []
  problems.length = 0
  const login: Login = {
    async enter(given) {
      asked.push(given)
      if (given.name === 'broken') throw new Error('a secret')
      return { kind: 'certificate', certificate: 'PEM', notAfter: new Date(0) }
    },
    renew: async () => ({ kind: 'refused' }),
  }
  const endpoint = createLoginEndpoint(login, authenticationChain([]), (error) => problems.push(error))
  server = createServer((incoming, response) => {
    incoming.on('error', () => undefined)
    if (!endpoint(incoming, response)) response.writeHead(418).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
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
