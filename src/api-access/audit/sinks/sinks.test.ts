import { renameSync, symlinkSync, unlinkSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openForReading } from '../../../storage/index.ts'
import { createChainVerifier, GENESIS } from '../chain/index.ts'
import type { AuditEvent } from '../event/index.ts'
import { readFiles } from '../readers/index.ts'
import { collect, useFolder } from '../readers/readers.fixture.ts'
import { anchorsPath, chainHead, readAnchors } from './file/chain-head.ts'
import { openFileSink } from './file/file-sink.ts'
import type { AuditSink } from './sink.ts'
import { events, numberOf, Webhook } from './sinks.fixture.ts'
import { storedAnchors, storedPage } from './store/store.ts'
import { openStoreSink } from './store/store-sink.ts'
import { openWebhookSink } from './webhook/webhook-sink.ts'

const folder = useFolder(beforeEach, afterEach)
let webhook: Webhook
beforeEach(async () => {
  webhook = new Webhook()
  await webhook.start()
})
afterEach(() => webhook.stop())

async function inFile(): Promise<AuditEvent[]> {
  const items = await collect(readFiles([folder.at('audit.log')], { rotated: true }))
  return items.flatMap((item) => ('event' in item ? [item.event] : []))
}

async function inStore(): Promise<AuditEvent[]> {
  const database = openForReading(folder.at('audit.db'))
  const rows = storedPage(database, 0, {}, 1_000_000)
  await database.close()
  return rows.map(({ text }) => JSON.parse(text) as AuditEvent)
}

/** Every sink, and what has arrived in it. */
const SINKS: readonly [name: string, open: () => Promise<AuditSink>, arrived: () => Promise<AuditEvent[]>][] =
  [
    ['file', () => openFileSink({ path: folder.at('audit.log') }), inFile],
    ['store', () => openStoreSink({ path: folder.at('audit.db') }), inStore],
    [
      'webhook',
      () =>
        openWebhookSink({
          target: webhook.target,
          spillFolder: folder.at('spill'),
          batchWaitMilliseconds: 5,
          requestsPerSecond: 1000,
        }),
      async () => webhook.received,
    ],
  ]

describe.each(SINKS)('%s', (_, open, arrived) => {
  test('keeps what it is given, as it is and in order', async () => {
    const sink = await open()
    const given = events(0, 100, { userAgent: '해태\n', requestObject: { a: [null, { b: '\u2028' }] } })
    for (let at = 0; at < 100; at += 7) await sink.write(given.slice(at, at + 7))
    await sink.flush()
    expect(await arrived()).toEqual(given)
    expect(sink.stats()).toMatchObject({
      accepted: 100,
      delivered: 100,
      dropped: 0,
      failures: 0,
      waitingBytes: 0,
    })
    await sink.close()
  })

  test('keeps the order of calls that do not wait for each other', async () => {
    const sink = await open()
    await Promise.all(Array.from({ length: 20 }, (_, call) => sink.write(events(call * 3, call * 3 + 3))))
    await sink.flush()
    expect((await arrived()).map(numberOf)).toEqual(Array.from({ length: 60 }, (_, index) => index))
    await sink.close()
  })

  test('goes on after it was closed and opened again', async () => {
    for (const at of [0, 10, 20]) {
      const sink = await open()
      await sink.write(events(at, at + 10))
      await sink.flush()
      await sink.close()
    }
    expect((await arrived()).map(numberOf)).toEqual(Array.from({ length: 30 }, (_, index) => index))
  })

  test('nothing to write, and nothing written', async () => {
    const sink = await open()
    await sink.write([])
    await sink.flush()
    expect(await arrived()).toEqual([])
    await sink.close()
  })

  test('once closed, takes nothing', async () => {
    const sink = await open()
    await sink.close()
    await expect(sink.write(events(0, 1))).rejects.toMatchObject({ code: 'ERR_SINK_CLOSED' })
  })

  test('does not change what it is given', async () => {
    const sink = await open()
    const [event] = events(0, 1)
    const before = JSON.stringify(event)
    await sink.write(event === undefined ? [] : [Object.freeze(event)])
    await sink.flush()
    expect(JSON.stringify(event)).toBe(before)
    await sink.close()
  })
})

describe('chained', () => {
  const chain = { anchorEvery: 10 }
  const CHAINED: readonly [
    string,
    () => Promise<AuditSink>,
    () => Promise<AuditEvent[]>,
    () => Promise<readonly { sequence: number }[]>,
  ][] = [
    [
      'file',
      () => openFileSink({ path: folder.at('audit.log'), chain }),
      inFile,
      () => readAnchors(folder.at('audit.log')),
    ],
    [
      'file that is rotated',
      () => openFileSink({ path: folder.at('audit.log'), chain, maxSizeMegabytes: 0.004 }),
      inFile,
      () => readAnchors(folder.at('audit.log')),
    ],
    [
      'store',
      () => openStoreSink({ path: folder.at('audit.db'), chain }),
      inStore,
      async () => storedAnchors(openForReading(folder.at('audit.db'))),
    ],
  ]

  test.each(CHAINED)('%s: holds, also over a restart', async (_, open, arrived, anchors) => {
    for (const at of [0, 25]) {
      const sink = await open()
      for (let n = at; n < at + 25; n += 5) await sink.write(events(n, n + 5))
      await sink.close()
    }
    const kept = await anchors()
    expect(kept.map(({ sequence }) => sequence)).toEqual([10, 20, 25, 30, 40, 50])
    const verifier = createChainVerifier<number>(kept as never)
    for (const [index, event] of (await arrived()).entries()) verifier.take(event, index)
    expect(verifier.report()).toMatchObject({ events: 50, validTo: 50, anchors: 6, breaks: [] })
  })

  test('store: what comes twice leaves no gap', async () => {
    const sink = await openStoreSink({ path: folder.at('audit.db'), chain })
    await sink.write(events(0, 5))
    await sink.write([...events(3, 8), ...events(6, 7)])
    expect(sink.stats()).toMatchObject({ accepted: 11, delivered: 8, duplicates: 3 })
    await sink.close()
    const verifier = createChainVerifier<number>([])
    for (const [index, event] of (await inStore()).entries()) verifier.take(event, index)
    expect(verifier.report()).toMatchObject({ validTo: 8, breaks: [] })
  })

  test('file: a log that lost its end goes on behind its last anchor, so that the gap is seen', async () => {
    const path = folder.at('audit.log')
    const first = await openFileSink({ path, chain })
    await first.write(events(0, 20))
    await first.close()
    folder.write('audit.log', `${JSON.stringify((await inFile())[0])}\n`)
    const second = await openFileSink({ path, chain })
    await second.write(events(20, 21))
    await second.close()
    const verifier = createChainVerifier<number>(await readAnchors(path))
    for (const [index, event] of (await inFile()).entries()) verifier.take(event, index)
    expect(verifier.report().breaks).toEqual([{ kind: 'removed', sequence: 2, missing: 19, place: 1 }])
    expect(anchorsPath(path)).toBe(`${path}.anchors`)
  })

  test('file: after a failure nothing is written before it is known what to follow', async () => {
    // An older file could not have such a name, so that rotation fails between two parts.
    const name = `${'x'.repeat(236)}.log`
    const path = folder.at(name)
    const sink = await openFileSink({ path, chain, maxSizeMegabytes: 0.002 })
    symlinkSync(`${name}.anchors`, anchorsPath(path))
    await expect(sink.write(events(0, 9))).rejects.toThrow('ENAMETOOLONG')
    renameSync(path, `${path}.1`)
    await expect(sink.write(events(9, 12))).rejects.toThrow('ELOOP')
    unlinkSync(anchorsPath(path))
    await sink.write(events(9, 12))
    await sink.close()
    const verifier = createChainVerifier<number>(await readAnchors(path))
    const items = await collect(readFiles([path], { rotated: true }))
    for (const [index, item] of items.entries()) if ('event' in item) verifier.take(item.event, index)
    const written = items.length
    expect(written).toBeGreaterThan(3)
    expect(verifier.report()).toMatchObject({ events: written, validTo: written, anchors: 1, breaks: [] })
  })

  test('file: a log or anchors that cannot be read are not taken for none: the chain would begin anew', async () => {
    expect(await chainHead(folder.at('none.log'))).toEqual(GENESIS)
    for (const name of ['loop.log', 'log.anchors']) symlinkSync(name, folder.at(name))
    await expect(chainHead(folder.at('loop.log'))).rejects.toMatchObject({ code: 'ELOOP' })
    await expect(chainHead(folder.at('log'))).rejects.toMatchObject({ code: 'ELOOP' })
    symlinkSync('older.log.1', folder.at('older.log.1'))
    await expect(chainHead(folder.at('older.log'))).rejects.toMatchObject({ code: 'ELOOP' })
  })
})
