import { Buffer } from 'node:buffer'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { CaptureReader } from '../src/runtime/sensors/index.ts'
import type { Line } from './run.ts'

const PROCESSES = 100_000
const IN_A_CONTAINER = 1000
const FED_AT_ONCE = 64 * 1024

/**
 * What the state keeps of a machine with 100,000 processes, in containers of a thousand each, every one with arguments of
 * its own: read as the sensor's start-up scan tells it. Memory of the heap, when all that is not kept has been collected.
 */
export async function run(emit: (line: Line) => void): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const capture = Buffer.concat([block(SECTION, section()), ...processLists()])
  collect()
  const before = process.memoryUsage().heapUsed
  const start = process.threadCpuUsage()
  const reader = new CaptureReader()
  for (let at = 0; at < capture.length; at += FED_AT_ONCE) {
    reader.feed(capture.subarray(at, at + FED_AT_ONCE))
    reader.next()
  }
  const { user, system } = process.threadCpuUsage(start)
  collect()
  const kept = process.memoryUsage().heapUsed - before
  const { size } = reader.event.state.threads
  emit({ name: 'process table: processes known', value: size, unit: 'processes' })
  emit({
    name: 'process table: memory a process (limit 1200)',
    value: Math.round(kept / size),
    unit: 'bytes',
  })
  emit({ name: 'process table: CPU time of the start-up scan', value: (user + system) / 1e6, unit: 's' })
}

const SECTION = 0x0a0d0d0a
const PROCESS_LIST = 0x215
const IN_A_LIST = 10_000

function* processLists(): Iterable<Buffer> {
  for (let first = 1; first <= PROCESSES; first += IN_A_LIST)
    yield block(PROCESS_LIST, Buffer.concat(Array.from({ length: IN_A_LIST }, (_, i) => record(first + i))))
}

/** A record of the list as sensor/scan.c writes it. */
function record(pid: number): Buffer {
  const container = Math.floor(pid / IN_A_CONTAINER)
  const id = container.toString(16).padStart(64, 'a')
  const groups = ['memory', 'pids', ''].map((name) => `${name}=/kubepods/burstable/pod${container}/${id}\0`)
  const parent = pid % IN_A_CONTAINER === 0 ? 1 : container * IN_A_CONTAINER
  const body = Buffer.concat([
    ...[u64(pid), u64(pid), u64(parent), u64(pid), u64(pid)],
    ...[text('node'), text('node'), text('/usr/bin/node')],
    ...[text(`--port\0${pid}\0--name\0worker-${pid}\0`), text('/srv/app')],
    ...[u64(1024), u32(0), u32(1000), u32(1000), u32(1), u32(1), u32(0), u64(0), u64(0), text('')],
    ...[u64(pid), u64(pid), text(groups.join('')), text('/'), u64(0), u32(0), u32(0xffffffff), u8(0)],
    ...[u64(0), u64(0), u64(0), u8(0), u64(99), u64(10 ** 15), u64(10 ** 15), u8(0), u8(0), u64(pid)],
  ])
  return Buffer.concat([u32(body.length + 4), body])
}

function section(): Buffer {
  return Buffer.concat([u32(0x1a2b3c4d), Buffer.from([1, 0, 2, 0]), Buffer.alloc(8, 0xff)])
}

function block(type: number, body: Buffer): Buffer {
  const padding = Buffer.alloc((4 - (body.length % 4)) % 4)
  const total = u32(8 + body.length + padding.length + 4)
  return Buffer.concat([u32(type), total, body, padding, total])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(2)
  length.writeUInt16LE(bytes.length)
  return Buffer.concat([length, bytes])
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}

function u8(value: number): Buffer {
  return Buffer.from([value])
}
