import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ClusterLog } from '../../setup/audit-log.ts'
import { anyCluster, needs } from '../../setup/needs.ts'
import { findKubectl, GateProcess, kubectl, succeeds } from '../gate-process.ts'
import { openRaw, sendRaw, statusesOf } from '../raw-client.ts'
import { expectNothingLeaked } from './leaks.ts'

const NAMESPACE = 'gate-requests'
const MINE = `/api/v1/namespaces/${NAMESPACE}/pods`
/** What nobody here may read. Where it shows in the cluster's log, it was smuggled. */
const HIDDEN = '/api/v1/namespaces/kube-system/secrets?smuggled'

/** To the cluster bob is an administrator; the gate lets him only read pods in one namespace. */
const POLICY = [
  { user: 'bob', namespace: NAMESPACE, resource: 'pods', apiGroup: '*', readonly: true },
  { user: 'eve', namespace: NAMESPACE, resource: 'pods', apiGroup: '*' },
].map((spec) =>
  JSON.stringify({ apiVersion: 'abac.authorization.kubernetes.io/v1beta1', kind: 'Policy', spec }),
)

/** Paths that somebody on the way could read as another, in a place where it is not allowed. */
const PATHS: readonly (readonly [string, number])[] = [
  [`//api/v1/namespaces/kube-system/secrets`, 400],
  [`/api/v1//namespaces/kube-system/secrets`, 400],
  [`/api/v1/namespaces/${NAMESPACE}//secrets`, 400],
  [`${MINE}/../secrets`, 400],
  [`${MINE}/../../kube-system/secrets`, 400],
  [`${MINE}/%2e%2e/%2e%2e/kube-system/secrets`, 400],
  [`${MINE}/.%2E/secrets`, 400],
  [`${MINE}/./../secrets`, 400],
  [`${MINE}%2f..%2fsecrets`, 400],
  [`${MINE}/..%2f..%2fkube-system%2fsecrets`, 400],
  [`${MINE}/%252e%252e/secrets`, 400],
  [`${MINE};/../secrets`, 400],
  [`${MINE};secrets`, 400],
  [`${MINE}/..;/secrets`, 400],
  [`${MINE}%3b`, 400],
  [`${MINE}%00/secrets`, 400],
  [`${MINE}/x%00`, 400],
  [`${MINE}%5c..%5csecrets`, 400],
  [`${MINE}\\..\\secrets`, 400],
  [`${MINE}#/../secrets`, 400],
  [`${MINE}/%c0%ae%c0%ae/secrets`, 400],
  [`${MINE}%0d%0aX-Remote-User:%20admin`, 400],
  [`${MINE}?fieldSelector=metadata.name%3Dx;limit=1`, 400],
  ['http://gate/api/v1/namespaces/kube-system/secrets', 400],
  [`https://127.0.0.1:6443/api/v1/namespaces/kube-system/secrets`, 400],
  ['api/v1/namespaces/kube-system/secrets', 400],
  ['*', 400],
  ['/API/v1/namespaces/kube-system/secrets', 403],
  [`/api/v1/namespaces/${NAMESPACE}/PODS`, 403],
  ['/api/v1/namespaces/kube-system/pods', 403],
  ['/api/v1/proxy/namespaces/kube-system/secrets/x', 403],
  [`/api/v1/watch/namespaces/kube-system/pods`, 403],
  [`/api/v1/namespaces/${NAMESPACE}/pods/x/proxy/..%2f..%2fsecrets`, 400],
  ['/.haetae/../api/v1/namespaces/kube-system/secrets', 404],
  ['/livez/../api/v1/namespaces/kube-system/secrets', 400],
  ['/healthz%2f..%2fapi/v1/namespaces/kube-system/secrets', 400],
]

const smuggled = `GET ${HIDDEN} HTTP/1.1\r\nHost: x\r\n\r\n`

/** Heads (behind the request line) and bodies on which two servers may not agree where the request ends. */
const MESSAGES: readonly (readonly [string, string])[] = [
  ['a length and a coding', `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  [
    'a coding and a length',
    `Transfer-Encoding: chunked\r\nContent-Length: ${smuggled.length}\r\n\r\n0\r\n\r\n${smuggled}`,
  ],
  ['two lengths', `Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`],
  ['two lengths in one line', `Content-Length: 0, ${smuggled.length}\r\n\r\n${smuggled}`],
  ['a length with a sign', `Content-Length: +5\r\n\r\n12345${smuggled}`],
  ['a negative length', `Content-Length: -1\r\n\r\n${smuggled}`],
  ['a length that overflows', `Content-Length: 18446744073709551617\r\n\r\n${smuggled}`],
  ['a hexadecimal length', `Content-Length: 0x5\r\n\r\n12345${smuggled}`],
  ['a coding that is folded', `Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a coding in the line after', `X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a coding with a tab', `Transfer-Encoding: \tchunked\x0b\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a coding before a colon', `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a coding that nobody knows', `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['chunked not the last coding', `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`],
  ['two codings', `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`],
  ['chunks of a negative size', `Transfer-Encoding: chunked\r\n\r\n-1\r\n${smuggled}`],
  ['chunks of a size with a prefix', `Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n${smuggled}`],
  ['chunks of a size that overflows', `Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n${smuggled}`],
  ['chunks without their end', `Transfer-Encoding: chunked\r\n\r\n3\r\nabcXX0\r\n\r\n${smuggled}`],
  ['chunks with bare line feeds', `Transfer-Encoding: chunked\n\n0\n\n${smuggled}`],
  [
    'an extension of a chunk with a line feed',
    `Transfer-Encoding: chunked\r\n\r\n0;x\n\n${smuggled}\r\n\r\n`,
  ],
  ['bare line feeds', `X: y\nContent-Length: 0\n\n${smuggled}`],
  ['a bare carriage return', `X: y\rContent-Length: 0\r\n\r\n${smuggled}`],
  ['a NUL in a value', `X: y\0z\r\n\r\n${smuggled}`],
  ['a NUL in a name', `X\0: y\r\n\r\n${smuggled}`],
  ['a name of nothing', `: y\r\n\r\n${smuggled}`],
  ['a line that is no header', `nonsense\r\n\r\n${smuggled}`],
]

describe('hostile requests', needs(anyCluster.kubeconfig && findKubectl(), anyCluster.otherwise), () => {
  const direct = anyCluster.kubeconfig ?? ''
  const gate = new GateProcess(direct)
  const log = new ClusterLog(anyCluster.auditLog ?? '')
  let bob: ConnectionOptions = {}
  let eve: ConnectionOptions = {}

  beforeAll(async () => {
    const admins = ['--clusterrole=cluster-admin', '--user=bob', '--user=eve']
    await succeeds(direct, ['create', 'clusterrolebinding', NAMESPACE, ...admins])
    await succeeds(direct, ['create', 'namespace', NAMESPACE])
    const policy = join(gate.folder, 'policy.jsonl')
    writeFileSync(policy, `${POLICY.join('\n')}\n`)
    await gate.start('--authorization-mode=ABAC', `--authorization-policy-file=${policy}`)
    bob = await gate.credential('bob')
    eve = await gate.credential('eve')
  })
  afterAll(async () => {
    await kubectl(direct, [
      'delete',
      `clusterrolebinding/${NAMESPACE}`,
      `namespace/${NAMESPACE}`,
      '--wait=false',
    ])
    await gate.close()
  })

  const head = (line: string, ...more: string[]) => `${[line, 'Host: gate', ...more].join('\r\n')}\r\n`

  test('what bob may is let through', async () => {
    const text = await sendRaw(gate.port, bob, `${head(`GET ${MINE} HTTP/1.1`, 'Connection: close')}\r\n`)
    expect(statusesOf(text)).toEqual([200])
  })

  test.each(PATHS)('%s: %d', async (path, status) => {
    const text = await sendRaw(gate.port, bob, `${head(`GET ${path} HTTP/1.1`, 'Connection: close')}\r\n`)
    expect(statusesOf(text)).toEqual([status])
    expectNothingLeaked(text)
  })

  test.each(MESSAGES)('%s: the connection ends', async (_, rest) => {
    const text = await sendRaw(gate.port, eve, `${head(`POST ${MINE} HTTP/1.1`)}${rest}`)
    const statuses = statusesOf(text)
    // What came before the trouble may have been answered, and never more than that.
    expect([400, 403]).toContain(statuses.at(-1))
    expect(statuses.filter((status) => status < 300)).toEqual([])
    expectNothingLeaked(text)
  })

  test.each([
    ['TRACE', 405],
    ['PROPFIND', 405],
    ['CONNECT', 405],
    ['get', 400],
    ['GE T', 400],
    ['NONSENSE', 400],
  ])('the method %s: %d', async (method, status) => {
    const line = `${method} ${method === 'CONNECT' ? '127.0.0.1:6443' : MINE} HTTP/1.1`
    const text = await sendRaw(gate.port, bob, `${head(line, 'Connection: close')}\r\n`)
    expect(statusesOf(text)).toEqual([status])
    expectNothingLeaked(text)
  })

  test.each([
    [`GET ${MINE} HTTP/0.9`, 400],
    [`GET ${MINE} HTTP/1.2`, 400],
    [`GET ${MINE} HTTP/2.0`, 400],
    [`GET ${MINE}`, 400],
    [`GET\t${MINE}\tHTTP/1.1`, 400],
    [`GET ${MINE} HTTP/1.1 x`, 400],
  ])('the request line "%s": %d', async (line, status) => {
    const text = await sendRaw(gate.port, bob, `${line}\r\nHost: x\r\n\r\n${smuggled}`)
    expect(statusesOf(text)).toEqual([status])
  })

  test.each([
    ['no Host', `GET ${MINE} HTTP/1.1\r\n`],
    ['two Hosts', `GET ${MINE} HTTP/1.1\r\nHost: a\r\nHost: b\r\n`],
    ['an empty Host beside another', `GET ${MINE} HTTP/1.1\r\nHost: a\r\nhost:\r\n`],
  ])('%s: 400', async (_, lines) => {
    expect(statusesOf(await sendRaw(gate.port, bob, `${lines}Connection: close\r\n\r\n`))).toEqual([400])
  })

  describe('heads that are bombs', () => {
    test.each<[string, string[], string]>([
      ['one header of 70 KB', [`X: ${'x'.repeat(70_000)}`], MINE],
      ['1,000 headers', Array.from({ length: 1000 }, (_, index) => `X-${index}: y`), MINE],
      // What stands behind the limit could be what restricts the request.
      ['201 headers', [...Array.from({ length: 201 }, () => 'X: y'), 'Impersonate-User: nobody'], MINE],
      ['a target of 70 KB', [], `${MINE}?${'x'.repeat(70_000)}`],
    ])('%s: 431', async (_, lines, path) => {
      const text = await sendRaw(
        gate.port,
        bob,
        `${head(`GET ${path} HTTP/1.1`, ...lines, 'Connection: close')}\r\n`,
      )
      expect(statusesOf(text)).toEqual([431])
    })

    test('a target of 40 KB is only long', async () => {
      const path = `${MINE}?labelSelector=${'a'.repeat(60)}&x=${'x'.repeat(40_000)}`
      const text = await sendRaw(gate.port, bob, `${head(`GET ${path} HTTP/1.1`, 'Connection: close')}\r\n`)
      expect(statusesOf(text)).toEqual([200])
    })
  })

  describe('upgrades', () => {
    const exec = `${MINE}/none/exec?command=ls`
    test.each<[string, string, string[]]>([
      ['of what is no stream', `GET ${MINE}`, ['Upgrade: websocket']],
      ['of what is no stream, to SPDY', `POST ${MINE}`, ['Upgrade: SPDY/3.1']],
      ['of health', 'GET /livez', ['Upgrade: websocket']],
      ['of a login', 'POST /.haetae/login', ['Upgrade: SPDY/3.1']],
      ['to h2c', `GET ${exec}`, ['Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA']],
      ['to TLS', `GET ${exec}`, ['Upgrade: TLS/1.2']],
      ['to several', `GET ${exec}`, ['Upgrade: websocket, h2c']],
      ['to two', `GET ${exec}`, ['Upgrade: websocket', 'Upgrade: SPDY/3.1']],
      ['with a body', `POST ${exec}`, ['Upgrade: SPDY/3.1', `Content-Length: ${smuggled.length}`]],
      ['with chunks', `POST ${exec}`, ['Upgrade: SPDY/3.1', 'Transfer-Encoding: chunked']],
      ['of a pod that is not there', `GET ${exec}`, ['Upgrade: websocket', 'Sec-WebSocket-Version: 13']],
      ['of a pod that is not there, to SPDY', `POST ${exec}`, ['Upgrade: SPDY/3.1']],
    ])('%s: refused, and the connection ends', async (_, line, lines) => {
      const text = await sendRaw(
        gate.port,
        eve,
        `${head(`${line} HTTP/1.1`, 'Connection: Upgrade', ...lines)}\r\n${smuggled}${smuggled}`,
      )
      const statuses = statusesOf(text)
      expect(statuses).toHaveLength(1)
      expect(statuses[0]).toBeGreaterThanOrEqual(400)
      expectNothingLeaked(text)
    })

    test('without the word in Connection it is no upgrade: each request is judged by itself', async () => {
      const lines = ['Connection: keep-alive', 'Upgrade: websocket']
      const client = await openRaw(gate.port, bob)
      client.send(
        `${head(`GET ${MINE} HTTP/1.1`, ...lines)}\r\n${smuggled.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`,
      )
      const statuses = statusesOf(await client.ended())
      expect([[200, 403], [400]]).toContainEqual(statuses)
    })

    test('bob may not: 403, and nothing behind it is read', async () => {
      const lines = ['Connection: Upgrade', 'Upgrade: SPDY/3.1']
      const text = await sendRaw(gate.port, bob, `${head(`POST ${exec} HTTP/1.1`, ...lines)}\r\n${smuggled}`)
      expect(statusesOf(text)).toEqual([403])
    })

    test('a watch over a WebSocket: what is pipelined behind the switch is no request', async () => {
      const lines = [
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Origin: https://gate',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ]
      const client = await openRaw(gate.port, bob)
      client.send(`${head(`GET ${MINE}?watch=1 HTTP/1.1`, ...lines)}\r\n${smuggled}${smuggled}`)
      const text = await client.ended()
      expect(statusesOf(text)).toEqual([101])
    })
  })

  test('pipelined requests are judged one by one, and answered in order', async () => {
    const client = await openRaw(gate.port, bob)
    const get = (path: string) => `${head(`GET ${path} HTTP/1.1`)}\r\n`
    const last = head(`GET ${MINE} HTTP/1.1`, 'Connection: close')
    client.send(`${get(MINE)}${get(HIDDEN)}${get('/livez')}${last}\r\n`)
    expect(statusesOf(await client.ended())).toEqual([200, 403, 200, 200])
  })

  test('the cluster has seen only what bob and eve may', () => {
    if (anyCluster.auditLog === undefined) return
    const events = log.events()
    expect(events.filter(({ requestURI }) => requestURI.includes('smuggled'))).toEqual([])
    const theirs = log
      .impersonated()
      .filter(({ impersonatedUser }) => ['bob', 'eve'].includes(impersonatedUser?.username ?? ''))
    expect(theirs.length).toBeGreaterThan(0)
    for (const { objectRef, requestURI } of theirs)
      expect([requestURI, objectRef]).toEqual([
        expect.stringContaining(NAMESPACE),
        expect.objectContaining({ resource: 'pods', namespace: NAMESPACE }),
      ])
  })

  test('the gate has told nothing of it, and stands', async () => {
    expectNothingLeaked(gate.said.replace(/before https:\/\/\S+/g, ''))
    const text = await sendRaw(gate.port, bob, `${head('GET /readyz HTTP/1.1', 'Connection: close')}\r\n`)
    expect(statusesOf(text)).toEqual([200])
  })
})
