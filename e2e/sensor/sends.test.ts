import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { endLeftovers, type Running, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { alertsOf } from './alerts.ts'
import { ownSensor } from './own-sensor.ts'
import { toldEvents } from './told-events.ts'

const { path: sensor, otherwise } = sensorBinary()
const TURNS = 500

describe('what is sent and received', needs(sensor, otherwise), () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-sends-'))
  })
  afterEach(endLeftovers)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each([
    // Each turn: to IPv4 and IPv6 by both calls; over a unix socket and netlink by both; to no socket and to nothing by sendto.
    ['all of it', 'sendto,sendmsg', 10],
    ['over the internet alone, and what is no socket at all', 'sendto@internet,sendmsg@internet', 6],
    ['by one call over the internet alone', 'sendto@internet,sendmsg', 8],
    ['over the internet alone, where it succeeded', 'sendto:ok@internet,sendmsg:ok@internet', 4],
    ['over the internet alone, as calls that give way', 'sendto@internet/8,sendmsg@internet/8', 6],
    // Received in each turn: twice by IPv4, by IPv6 and over the unix socket.
    ['all that is received', 'recvfrom,recvmsg', 6],
    ['what is received over the internet alone', 'recvfrom@internet,recvmsg@internet', 4],
  ])('is told: %s', async (_, calls, eachTurn) => {
    expect(await toldEvents(MANY, [String(TURNS)], ['--calls', calls])).toBe(eachTurn * TURNS)
  })

  test('reaches rules that are about the internet alone, and rules that are about all of it', async () => {
    const internet = alertsFor('internet', 'fd.typechar in (4, 6)')
    const hasSeen = (run: Running, kinds: readonly string[]) => {
      const seen = kindsOf(run)
      return kinds.every((kind) => seen.includes(kind))
    }
    // The calls are looked at one after the other: the first program may be through with one of them.
    await internet.until(() => send() && hasSeen(internet, ['sendmsg 4', 'sendto 4']))
    await internet.stopsWith(0)
    for (const kind of kindsOf(internet)) expect(kind).toMatch(/^send(to|msg) [46]$/)

    const any = alertsFor('any', 'fd.typechar exists')
    await any.until(() => send() && hasSeen(any, ['sendto 4', 'sendmsg 4', 'sendto n', 'sendmsg n']))
    await any.stopsWith(0)
  })

  test('reaches a rule about the bytes that a program receives', async () => {
    const run = alertsFor('bytes', 'fd.typechar in (4, 6) and evt.buffer bcontains 78', 'recvfrom')
    await run.until(() => send() && alertsOf(run, 'Sent').length > 0)
    await run.stopsWith(0)
  })

  function alertsFor(name: string, condition: string, types = 'sendto, sendmsg') {
    const file = join(folder, `${name}.yaml`)
    writeFileSync(
      file,
      `
- rule: Sent
  desc: something was sent by the program
  condition: evt.type in (${types}) and ${condition} and proc.args contains haetae-sends
  output: '%evt.type %fd.typechar'
  priority: WARNING
`,
    )
    return start(['detect', '--live', '--sensor', ownSensor(sensor, folder), '-r', file, '-f', 'jsonl'])
  }
})

function kindsOf(run: Running): readonly string[] {
  const kinds = alertsOf(run, 'Sent').map(({ output }) => /(?:sendto|sendmsg) \S/.exec(output)?.[0] ?? output)
  return [...new Set(kinds)].sort()
}

function send(): boolean {
  const { status, stderr } = spawnSync('python3', ['-c', MANY, '1', 'haetae-sends'], {
    input: '\n',
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the program failed: ${stderr}`)
  return true
}

/** Sends in all ways, as often as the first argument says. */
const MANY = `
import errno, os, socket, sys
turns = int(sys.argv[1])
print('ready', flush=True)
sys.stdin.readline()
local, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
four = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receivers = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM)]
receivers[0].bind(('127.0.0.1', 0))
try:
    receivers.append(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))
    receivers[1].bind(('::1', 0))
except OSError:
    # A machine without IPv6.
    receivers[1:] = receivers[:1]
six = socket.socket(receivers[1].family, socket.SOCK_DGRAM)
file = socket.socket(fileno=os.dup(local.fileno()))
with open('/dev/null') as null:
    os.dup2(null.fileno(), file.fileno())
missing = socket.socket(fileno=os.dup(local.fileno()))
os.close(missing.fileno())
# NLMSG_NOOP of 16 bytes, answered by nobody.
noop = (16).to_bytes(4, sys.byteorder) + (1).to_bytes(2, sys.byteorder) + bytes(10)
def fails(way, number):
    try:
        way()
    except OSError as error:
        if error.errno == number:
            return
    raise SystemExit('expected to fail')
for _ in range(turns):
    for each, receiver in ((four, receivers[0]), (six, receivers[1])):
        each.sendto(b'x', receiver.getsockname())
        receiver.recv(1)
        each.sendmsg([b'x'], [], 0, receiver.getsockname())
        receiver.recv(1)
    local.send(b'x')
    other.recv(1)
    local.sendmsg([b'x'])
    other.recv(1)
    link.sendto(noop, (0, 0))
    link.sendmsg([noop], [], 0, (0, 0))
    fails(lambda: file.send(b'x'), errno.ENOTSOCK)
    fails(lambda: missing.send(b'x'), errno.EBADF)
sys.stdout.flush()
os._exit(0)
`
