import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { createServer as createHttp2Server } from 'node:http2'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BinaryWriter } from '@bufbuild/protobuf/wire'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { ruleFolder } from '../setup/rule-folder.ts'
import { endLeftovers } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { until } from '../setup/work.ts'
import type { Alert } from './alerts.ts'
import { watchNode } from './watched-node.ts'

const { path: sensor, otherwise } = sensorBinary()

const RULES = `
- rule: Read
  desc: makes itself heard
  condition: evt.type in (open, openat) and fd.name = /etc/shadow
  output: read by %proc.name (%proc.cmdline) in %container.name
  priority: WARNING
`

/** Where control groups are made: in a hierarchy of the first version, or in the second alone. */
const GROUPS = ['/sys/fs/cgroup/pids', '/sys/fs/cgroup'].find((folder) =>
  existsSync(join(folder, 'cgroup.procs')),
)

const BAD: readonly (readonly [string, (socket: Socket) => void])[] = [
  ['never answers', () => undefined],
  ['closes each connection', (socket) => socket.destroy()],
  ['answers garbage', (socket) => socket.end(randomBytes(1000))],
]

describe('a container runtime', needs(sensor && GROUPS, otherwise || 'no control groups are mounted'), () => {
  const folder = ruleFolder(RULES)
  let sockets = ''
  const groups: string[] = []
  const ends: (() => void)[] = []

  beforeAll(() => {
    sockets = mkdtempSync(join(tmpdir(), 'haetae-runtime-'))
  })
  afterEach(async () => {
    endLeftovers()
    for (const end of ends.splice(0)) end()
    // A group can go when the last of its processes is gone.
    for (const group of groups.splice(0))
      await until(async () => removed(group), `the control group ${group} to go`)
  })
  afterAll(() => rmSync(sockets, { recursive: true, force: true }))

  /** A control group that is named as those of containers are. */
  function containerGroup(): { readonly id: string; read(): void } {
    const id = randomBytes(32).toString('hex')
    const group = join(GROUPS ?? '', `haetae-test-${process.pid}-${groups.length}`, id)
    mkdirSync(group, { recursive: true })
    groups.push(join(group, '..'), group)
    groups.sort((a, b) => b.length - a.length)
    const script = `echo $$ > ${group}/cgroup.procs && exec cat /etc/shadow`
    return { id: id.slice(0, 12), read: () => void spawn('sh', ['-c', script], { stdio: 'ignore' }) }
  }

  const watch = (socket: string) =>
    watchNode(sensor ?? '', ['-r', folder.rules, '--container-runtime', socket])
  const idOf = ({ output_fields: fields }: Alert) => fields['container.id']
  const timeOf = ({ output_fields: fields }: Alert) => Number(fields['evt.time'])

  test.each(BAD)(
    'that %s holds up no alerts but those of its containers, and those not for ever',
    async (_, treat) => {
      const socket = join(sockets, `${randomBytes(4).toString('hex')}.sock`)
      const open = new Set<Socket>()
      const server = createServer((connection) => {
        open.add(connection)
        connection.on('error', () => undefined)
        treat(connection)
      }).listen(socket)
      ends.push(() => {
        for (const connection of open) connection.destroy()
        server.close()
      })
      const node = await watch(socket)
      const containers = new Set<string>()
      // One of the machine that happened later is out before one of a container, which waits for the runtime.
      await until(
        async () => {
          const { id, read } = containerGroup()
          containers.add(id)
          read()
          await until(
            async () => {
              spawn('cat', ['/etc/shadow'], { stdio: 'ignore' })
              return node.alerts().find((alert) => idOf(alert) === id)
            },
            () => `an alert of ${id}: ${node.said()}`,
          )
          const alerts = node.alerts()
          return alerts.find((alert, index) => {
            if (!containers.has(String(idOf(alert)))) return false
            return alerts
              .slice(0, index)
              .some((earlier) => idOf(earlier) === 'host' && timeOf(earlier) > timeOf(alert))
          })
        },
        () => `an alert of the machine that overtakes one of a container: ${node.said()}`,
      )
      for (const alert of node.alerts().filter((each) => containers.has(String(idOf(each)))))
        expect(alert.output_fields).toMatchObject({
          'container.name': null,
          'container.image.repository': null,
        })
      expect(await node.stop()).toBe(0)
    },
  )

  test('that answers after three seconds names its container in the alert', async () => {
    const { id, read } = containerGroup()
    const text = (field: number, value: string) => new BinaryWriter().tag(field, 2).string(value).finish()
    const message = (field: number, ...parts: Uint8Array[]) =>
      new BinaryWriter().tag(field, 2).bytes(Buffer.concat(parts)).finish()
    const full = id.padEnd(64, '0')
    const list = message(
      1,
      text(1, full),
      message(3, text(1, 'slow')),
      message(4, text(1, 'localhost/slow:1')),
    )
    const socket = join(sockets, 'late.sock')
    const server = createHttp2Server().listen(socket)
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined)
      setTimeout(() => {
        if (stream.destroyed) return
        const found = String(headers[':path']).endsWith('/ListContainers') ? list : Buffer.alloc(0)
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
        const head = Buffer.alloc(5)
        head.writeUInt32BE(found.length, 1)
        stream.end(Buffer.concat([head, found]))
      }, 3000)
    })
    ends.push(() => server.close())
    const node = await watch(socket)
    read()
    const alert = await node.alert('Read', (each) => idOf(each) === id)
    expect(alert.output_fields).toMatchObject({
      'container.name': 'slow',
      'container.image.repository': 'localhost/slow',
    })
    expect(await node.stop()).toBe(0)
  })
})

function removed(group: string): true | undefined {
  try {
    rmdirSync(group)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return undefined
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return true
}
