import { Buffer } from 'node:buffer'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { childOf, endLeftovers, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { alertsOf } from './alerts.ts'

/** Kinds of events (linux/cn_proc.h), and how many bytes of its data each needs: up to the last that is looked at. */
const DATA_BYTES: Readonly<Record<number, number>> = {
  0: 4, // An answer.
  1: 16, // fork
  2: 8, // exec
  4: 16, // uid
  64: 16, // gid
  128: 8, // sid
  256: 16, // ptrace
  512: 24, // comm
  2147483648: 16, // exit
}
/** Of all kinds; longer data is cut. */
const MOST_DATA = 24

const ID_OF_PROCESSES = [1, 1] as const
const DONE = 3

interface Parts {
  readonly kind: number
  readonly cpu: number
  readonly sequence: number
  readonly acknowledged: number
  readonly data: Uint8Array
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 * index)
  return bytes
}

function event({ kind, cpu, data }: Parts): Buffer {
  return Buffer.concat([numbers(kind, cpu, 0, 0), data])
}

/** struct cn_msg and what it carries. @param length - what it says of its length; the true one unless given */
function connectorMessage(
  parts: Parts,
  id: readonly number[] = ID_OF_PROCESSES,
  payload = event(parts),
  length = payload.length,
): Buffer {
  const lengthAndFlags = Buffer.alloc(4)
  lengthAndFlags.writeUInt16LE(length)
  return Buffer.concat([numbers(...id, parts.sequence, parts.acknowledged), lengthAndFlags, payload])
}

/** A netlink message, filled up to a multiple of four as a datagram has it. */
function netlink(payload: Buffer, type = DONE, length = 16 + payload.length): Buffer {
  const header = Buffer.alloc(16)
  header.writeUInt32LE(length >>> 0)
  header.writeUInt16LE(type, 4)
  return Buffer.concat([header, payload, Buffer.alloc(-payload.length & 3)])
}

function shown({ kind, cpu, sequence, acknowledged, data }: Parts): string {
  const padded = Buffer.alloc(MOST_DATA)
  Buffer.from(data).copy(padded)
  return `${kind}:${cpu}:${sequence}:${acknowledged}:${padded.toString('hex')} `
}

const uint32 = fc.integer({ min: 0, max: 0xffffffff })
const known = fc.constantFrom(...Object.keys(DATA_BYTES).map(Number))
const unknown = uint32.filter((kind) => !(kind in DATA_BYTES))

function partsOf(kinds: fc.Arbitrary<number>, dataOf: (kind: number) => fc.Arbitrary<Uint8Array>) {
  return kinds.chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      cpu: uint32,
      sequence: uint32,
      acknowledged: uint32,
      data: dataOf(kind),
    }),
  )
}
const dataFrom = (minLength: number, maxLength = 64) => fc.uint8Array({ minLength, maxLength })
const whole = partsOf(fc.oneof(known, unknown), (kind) => dataFrom(DATA_BYTES[kind] ?? 0))
const short = partsOf(known, (kind) => dataFrom(0, (DATA_BYTES[kind] ?? 0) - 1))

/** Messages, and what is read of each. */
const piece: fc.Arbitrary<{ readonly bytes: Buffer; readonly read: string }> = fc.oneof(
  whole.map((parts) => ({ bytes: netlink(connectorMessage(parts)), read: shown(parts) })),
  fc
    .oneof(
      // Of another part of the kernel.
      fc
        .tuple(
          whole,
          fc.tuple(uint32, uint32).filter(([idx, val]) => idx !== 1 || val !== 1),
        )
        .map(([parts, id]) => netlink(connectorMessage(parts, id))),
      // Errors, overruns, and whatever else.
      fc
        .tuple(
          whole,
          fc.integer({ min: 0, max: 65535 }).filter((type) => type !== DONE),
        )
        .map(([parts, type]) => netlink(connectorMessage(parts), type)),
      // Less than its kind needs.
      short.map((parts) => netlink(connectorMessage(parts))),
      // Says that it carries more than it does.
      fc
        .tuple(whole, fc.integer({ min: 1, max: 60_000 }))
        .map(([parts, more]) =>
          netlink(connectorMessage(parts, ID_OF_PROCESSES, event(parts), event(parts).length + more)),
        ),
      // No whole head of anything.
      dataFrom(0, 19).map((bytes) => netlink(Buffer.from(bytes))),
    )
    .map((bytes) => ({ bytes, read: '' })),
)

/** Behind it nothing is read: it says that it is shorter than its own header, or longer than what is there. */
const end = fc.oneof(
  fc.constant(Buffer.alloc(0)),
  dataFrom(0, 15).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(whole, fc.oneof(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 4096, max: 0xffffffff })))
    .map(([parts, length]) => netlink(connectorMessage(parts), DONE, length)),
)

const { path: sensor, otherwise } = sensorBinary()
const hasCompiler = spawnSync('cc', ['--version']).status === 0

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-connector-'))
})
afterEach(endLeftovers)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("the process connector's bytes", needs(hasCompiler, 'there is no cc'), () => {
  let program = ''
  beforeAll(() => {
    program = join(folder, 'connector-bytes')
    const sources = [
      join(import.meta.dirname, 'connector-bytes.c'),
      join(import.meta.dirname, '../../sensor/connector-messages.c'),
    ]
    const built = spawnSync(
      'cc',
      [
        ...['-g', '-O1', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'],
        ...['-fno-sanitize-recover=all', '-o', program, ...sources],
      ],
      { encoding: 'utf8' },
    )
    if (built.status !== 0) throw new Error(built.stderr)
  })

  /** @returns what is read of each; fails where the reader looks at bytes that are not there */
  function read(datagrams: readonly Buffer[]): readonly string[] {
    const input = Buffer.concat(datagrams.flatMap((datagram) => [numbers(datagram.length), datagram]))
    const { stdout, stderr, status } = spawnSync(program, { input, encoding: 'utf8', timeout: 60_000 })
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    return stdout.split('\n').slice(0, -1)
  }

  test('whole messages of processes are read, all others passed over, up to a length that lies', () => {
    const datagram = fc.tuple(fc.array(piece, { maxLength: 8 }), end)
    fc.assert(
      fc.property(fc.array(datagram, { minLength: 20, maxLength: 60 }), (datagrams) => {
        const bytes = datagrams.map(([pieces, last]) =>
          Buffer.concat([...pieces.map(({ bytes }) => bytes), last]),
        )
        expect(read(bytes)).toEqual(datagrams.map(([pieces]) => pieces.map(({ read }) => read).join('')))
      }),
      { numRuns: 10 },
    )
  })

  test('bytes of any kind are read to their end, and nothing beyond them is', () => {
    const anything = fc.oneof(
      dataFrom(0, 300).map((bytes) => Buffer.from(bytes)),
      // Nearly a message: one byte of it is another.
      fc.tuple(whole, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([parts, at, value]) => {
        const bytes = netlink(connectorMessage(parts))
        bytes[at % bytes.length] = value
        return bytes
      }),
    )
    fc.assert(
      fc.property(fc.array(anything, { minLength: 50, maxLength: 200 }), (datagrams) => {
        expect(read(datagrams)).toHaveLength(datagrams.length)
      }),
      { numRuns: 10 },
    )
  })

  test('one that is cut at any place is no message', () => {
    const parts = { kind: 1, cpu: 3, sequence: 7, acknowledged: 0, data: new Uint8Array(MOST_DATA).fill(9) }
    const message = netlink(connectorMessage(parts))
    const cut = Array.from({ length: message.length + 1 }, (_, size) => message.subarray(0, size))
    expect(read(cut)).toEqual([...cut.slice(0, -1).map(() => ''), shown(parts)])
  })
})

/**
 * Asks the kernel's process connector for what there is none of, which it refuses, and for what there is; then sends the
 * same to the process whose number is given, where that is allowed, with an event that never was.
 */
const FOREIGN = `
import socket, struct, sys
NETLINK_CONNECTOR = 11
peer = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, NETLINK_CONNECTOR)
peer.bind((0, 0))
def message(payload, sequence=0, length=None):
    connector = struct.pack('IIIIHH', 1, 1, sequence, 0, len(payload), 0) + payload
    return struct.pack('IHHII', 16 + len(connector) if length is None else length, 3, 0, 0, 0) + connector
requests = [message(struct.pack('I', operation)) for operation in (77, 1, 2, 0, 2**32 - 1)]
requests += [message(b''), message(b'x' * 3), message(b'x' * 2000), message(b'x', length=15), b'short', b'x' * 400]
def send(datagram, number):
    try:
        peer.sendto(datagram, (number, 0))
    except OSError as error:
        refused.append(error.errno)
refused = []
for request in requests:
    send(request, 0)
assert len(refused) < len(requests), refused
exec_of_one = struct.pack('IIQII16x', 2, 0, 0, 1, 1)
refusal = struct.pack('IIQI20x', 0, 0, 0, 22)
for datagram in requests + [message(exec_of_one, 4711), message(refusal), b'']:
    send(datagram, int(sys.argv[1]))
`

const RULES = `
- rule: Program
  desc: a program runs
  condition: evt.type = execve and proc.name = sleep and proc.args contains 7.75
  output: '%proc.cmdline'
  priority: WARNING
`

describe('what others send by the process connector', needs(sensor, otherwise), () => {
  test.each([
    ['any user', ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']],
    ['root', ['env']],
  ])('of %s: it neither ends the sensor nor becomes an event', async (_, as) => {
    const rules = join(folder, 'rules.yaml')
    writeFileSync(rules, RULES)
    const run = start(['detect', '--live', '--sensor', 'connector', '-r', rules, '-f', 'jsonl'])
    const seen = () => {
      spawnSync('sleep', ['0.3', '7.75e-3'])
      return alertsOf(run, 'Program').length
    }
    await run.until(() => seen() > 0)
    const pid = childOf(run, '--proc-connector')
    const [program = '', ...options] = as
    const foreign = spawnSync(program, [...options, 'python3', '-c', FOREIGN, String(pid)], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin' },
    })
    expect(foreign).toMatchObject({ stderr: '', status: 0 })
    const before = alertsOf(run, 'Program').length
    await run.until(() => seen() > before)
    expect(childOf(run, '--proc-connector')).toBe(pid)
    // 3 where a process was gone before /proc was asked, which is told as a loss.
    expect([0, 3]).toContain(await run.stop())
    expect(alertsOf(run, 'Haetae internal: sensor stopped')).toEqual([])
  })
})
