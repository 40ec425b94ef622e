import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { kernelField } from '../kernel/fields/index.ts'
import type { KernelEvent } from '../kernel/kernel-event.ts'
import { CaptureReader } from './capture-reader.ts'

const FOLDER = process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance'
const isThere = existsSync(join(FOLDER, 'scap'))
if (!isThere) console.warn(`skipped: no captures in ${FOLDER}`)

/** Fields that are not compared, and why. */
const SKIPPED: Readonly<Record<string, string>> = {
  'container.id': 'a stand-in for the container plugin made the old dumps, and gave `host` for everything',
  'container.name': 'likewise: `host`, where no container engine was there',
  'container.full_id': 'likewise: null, though the control group has it',
  'evt.time': 'a text of the time, which the rules room writes; compared by the alerts',
  'evt.time.s': 'likewise',
  'evt.time.iso8601': 'likewise',
  'evt.datetime': 'likewise',
  'evt.datetime.s': 'likewise',
  'evt.rawtime.s': 'likewise',
  'evt.rawtime.ns': 'likewise',
  'evt.reltime': 'libs pads it with zeros, and counts the statistics before the first event from 1970',
  'evt.reltime.s': 'likewise',
  'evt.reltime.ns': 'likewise',
  'evt.deltatime.ns': 'the same number, which libs pads with zeros',
  'evt.buffer':
    'bytes, which the dump shows as points; in one event they are those of another (a mistake of libs)',
  'fd.ip': 'only in conditions: the dump cannot show it',
  'fd.port': 'likewise',
  'fd.proto': 'likewise',
  'fd.cnet': 'likewise: `<IPNET>`',
  'fd.snet': 'likewise',
  'proc.apid': 'without an index libs shows the process itself, but compares its ancestors',
  'proc.aenv': 'likewise',
  'proc.aargs': 'a text without an index: libs puts a blank behind each process but the last',
  'proc.ppid.duration': 'of a parent without a known start libs shows what stands in memory',
  'proc.exe_ino.ctime_duration_pidns_start': 'likewise, where nothing is known of the executable',
  'proc.exe_ino.ctime_duration_proc_start': 'likewise',
}

/** What libs keeps in no certain order. */
const UNORDERED: ReadonlySet<string> = new Set(['fd.types'])

function reader(name: string): (event: KernelEvent) => unknown {
  const bracket = /^([^[]*)\[(.*)\]$/.exec(name)
  const dotted = /^(evt\.arg|thread\.cgroup)\.(.*)$/.exec(name)
  const [, field = name, argument] = bracket ?? (kernelField(name, undefined) ? null : dotted) ?? []
  const read = kernelField(field, argument)
  if (read === undefined) throw new Error(`no field ${name}`)
  return read
}

const readers = new Map<string, (event: KernelEvent) => unknown>()

function read(name: string, event: KernelEvent): unknown {
  const known = readers.get(name) ?? reader(name)
  readers.set(name, known)
  const value = known(event)
  if (!Array.isArray(value)) return value
  return name === 'fd.types' ? `(${value.join(',')})` : value.join(' ')
}

function ordered(name: string, value: unknown): unknown {
  return UNORDERED.has(name) && typeof value === 'string'
    ? value.replace(/[()]/g, '').split(',').sort().join()
    : value
}

/** Reads a capture in chunks of some size. */
function replay(file: string, size: number, take: (event: KernelEvent) => void): CaptureReader {
  const stored = readFileSync(join(FOLDER, 'scap', file))
  const bytes = stored[0] === 0x1f ? gunzipSync(stored) : stored
  const capture = new CaptureReader()
  for (let at = 0; at < bytes.length; at += size) {
    capture.feed(bytes.subarray(at, at + size))
    while (capture.next()) take(capture.event)
  }
  capture.finish()
  return capture
}

function lines<Line>(file: string): Line[] {
  return readFileSync(join(FOLDER, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}

describe.skipIf(!isThere)('fields as the real libs extract them', () => {
  test('of a scenario in the form of today', () => {
    const expected = lines<Record<string, unknown>>('scap/scen.fields.jsonl')
    const differences: unknown[] = []
    let index = 0
    const capture = replay('scen.scap', 4096, (event) => {
      const want = expected[index++] ?? {}
      for (const [name, value] of Object.entries(want)) {
        if (Object.hasOwn(SKIPPED, name)) continue
        const found = read(name, event) ?? null
        const shown = typeof found === 'bigint' ? Number(found) : found
        if (shown !== value) differences.push([event.num, name, shown, value])
      }
    })
    expect(differences).toEqual([])
    expect(index).toBe(expected.length)
    expect([capture.event.num, capture.problems]).toEqual([356, []])
  })

  const LEGACY = [
    ['cat_write', 307],
    ['connect_localhost', 371],
    ['empty', 143],
    ['open-multiple-files', 1243],
    ['ping_sendto', 1516],
    ['syscall', 366],
  ] as const
  test.each(LEGACY)('of an old capture: %s', (name, lastNumber) => {
    const expected = lines<{ num: number; tid: number; fields: Record<string, string> }>(
      `falco/syscall_events/${name}.jsonl`,
    )
    const names = new Set(expected.flatMap(({ fields }) => Object.keys(fields)))
    const differences: unknown[] = []
    let index = 0
    const capture = replay(`legacy/${name}.scap`, 1000, (event) => {
      const want = expected[index++]
      if (event.num !== want?.num || event.tid !== want.tid) differences.push([event.num, event.tid])
      for (const field of names) {
        if (Object.hasOwn(SKIPPED, field)) continue
        const value = read(field, event)
        const shown = value === undefined ? undefined : String(value)
        const given = want?.fields[field]
        if (ordered(field, shown) !== ordered(field, given))
          differences.push([event.num, field, shown, given])
      }
    })
    expect(differences).toEqual([])
    expect(index).toBe(expected.length)
    expect([capture.event.num, capture.problems]).toEqual([lastNumber, []])
  })
})

describe.skipIf(!isThere)('however the bytes are cut', () => {
  test('the events are the same', () => {
    const numbers = (size: number) => {
      const found: string[] = []
      replay('scen.scap', size, (event) => found.push(`${event.num} ${read('evt.args', event)}`))
      return found
    }
    const whole = numbers(1 << 24)
    for (const size of [1, 7, 8, 13, 64, 1001]) expect(numbers(size)).toEqual(whole)
  })
})
