import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { useFolder } from '../../readers/readers.fixture.ts'
import { events } from '../sinks.fixture.ts'
import { openFileSink } from './file-sink.ts'

const folder = useFolder(beforeEach, afterEach)
const BYTES = Buffer.byteLength(`${JSON.stringify(events(0, 1)[0])}\n`)
/** The greatest size in megabytes for so many events. */
const megabytesFor = (count: number) => (count * BYTES) / 1024 / 1024

function files(): string[] {
  return readdirSync(folder.path).toSorted()
}

function linesIn(name: string): number {
  const content = readFileSync(folder.at(name))
  return (name.endsWith('.gz') ? gunzipSync(content) : content).toString().split('\n').length - 1
}

/** A clock that the test moves. */
let now = Date.UTC(2026, 0, 2, 3, 4, 5)
const open = (options: object = {}) =>
  openFileSink({
    path: folder.at('audit.log'),
    now: () => now,
    maxSizeMegabytes: megabytesFor(3),
    ...options,
  })

describe('a rotated file', () => {
  test('is renamed as the API server does when the next event would exceed its size', async () => {
    const sink = await open()
    await sink.write(events(0, 7))
    await sink.close()
    expect(files()).toEqual([
      'audit-2026-01-02T03-04-05.000.log',
      'audit-2026-01-02T03-04-05.001.log',
      'audit.log',
    ])
    expect(files().map(linesIn)).toEqual([3, 3, 1])
    expect(statSync(folder.at('audit.log')).mode & 0o777).toBe(0o600)
  })

  test('is continued where there is room, begun anew where there is none', async () => {
    for (const at of [0, 2, 4]) {
      const sink = await open()
      await sink.write(events(at, at + 1))
      await sink.close()
    }
    expect(files().map(linesIn)).toEqual([2, 1])
  })

  test('keeps so many older ones', async () => {
    const sink = await open({ maxBackups: 2 })
    for (let at = 0; at < 15; at += 3) {
      now += 1000
      await sink.write(events(at, at + 3))
    }
    await sink.close()
    expect(files()).toHaveLength(3)
    expect(files()[1]).toBe(`audit-${new Date(now).toISOString().slice(0, -1).replaceAll(':', '-')}.log`)
  })

  test('keeps older ones so many days, by the time in their name', async () => {
    folder.write('audit-2025-12-30T00-00-00.000.log', 'old\n')
    folder.write('audit-2025-12-30T00-00-00.000.log.gz', 'old\n')
    folder.write('audit-2026-01-01T00-00-00.000.log', 'new\n')
    folder.write('audit-of-something-else.log', 'other\n')
    const sink = await open({ maxAgeDays: 2 })
    await sink.write(events(0, 1))
    await sink.close()
    expect(files()).toEqual(['audit-2026-01-01T00-00-00.000.log', 'audit-of-something-else.log', 'audit.log'])
  })

  test('compresses older ones, which count as before', async () => {
    const sink = await open({ compress: true, maxBackups: 2 })
    await sink.write(events(0, 10))
    await sink.flush()
    await sink.write(events(10, 11))
    await sink.close()
    expect(files().filter((name) => name.endsWith('.log.gz'))).toHaveLength(2)
    expect(files()).toHaveLength(3)
    expect(linesIn(files()[0] ?? '')).toBe(3)
  })

  test('an event that is larger than the file may be is kept nevertheless', async () => {
    const sink = await open()
    await sink.write([...events(0, 1), ...events(1, 2, { userAgent: 'x'.repeat(5000) }), ...events(2, 3)])
    await sink.close()
    expect(files().map(linesIn)).toEqual([1, 1, 1])
  })

  test('a line that a former process could not finish is ended', async () => {
    const first = await open()
    await first.write(events(0, 1))
    await first.close()
    appendFileSync(folder.at('audit.log'), '{"kind":"Ev')
    const second = await open()
    await second.write(events(1, 2))
    await second.close()
    expect(readFileSync(folder.at('audit.log'), 'utf8').split('\n')).toHaveLength(4)
  })

  test('begins anew when someone else has renamed it', async () => {
    const sink = await open()
    await sink.write(events(0, 1))
    renameSync(folder.at('audit.log'), folder.at('audit.log.1'))
    await sink.write(events(1, 2))
    expect(existsSync(folder.at('audit.log'))).toBe(false)
    await sink.reopen()
    await sink.write(events(2, 3))
    await sink.close()
    expect(linesIn('audit.log.1')).toBe(2)
    expect(linesIn('audit.log')).toBe(1)
  })

  test('goes on after a failure', async () => {
    const sink = await openFileSink({ path: folder.at('audit.log') })
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    await expect(
      sink.write(events(0, 1, {}).map((event) => ({ ...event, requestObject: cyclic }))),
    ).rejects.toMatchObject({
      code: 'ERR_SINK_WRITE',
    })
    await sink.write(events(1, 2))
    expect(sink.stats()).toMatchObject({ accepted: 1, failures: 1 })
    await sink.close()
    expect(linesIn('audit.log')).toBe(1)
  })

  test('truncated by someone else, is appended to', async () => {
    const sink = await open()
    await sink.write(events(0, 2))
    truncateSync(folder.at('audit.log'), 0)
    await sink.write(events(2, 3))
    await sink.close()
    expect(linesIn('audit.log')).toBe(1)
  })
})
