import { spawn } from 'node:child_process'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSegmentQueue, type SegmentQueue } from './segment-queue.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-queue-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function openQueue(options: object = {}): Promise<SegmentQueue> {
  return openSegmentQueue({ folder, maxBytes: 1_000_000, segmentBytes: 100, ...options })
}

/** Takes all that waits, as a sender does. */
async function takeAll(queue: SegmentQueue, most = 3): Promise<string[]> {
  const taken: string[] = []
  for (let batch = await queue.front(most, 60); batch !== undefined; batch = await queue.front(most, 60)) {
    taken.push(...batch.records.map(String))
    await queue.advance(batch.end)
  }
  return taken
}

function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `{"n":${from + index}}`)
}

describe('a queue on disk', () => {
  test('gives what it was given, in order, over several files', async () => {
    const queue = await openQueue()
    for (let at = 0; at < 100; at += 5) expect(await queue.append(numbered(at, at + 5))).toBe(true)
    expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl')).length).toBeGreaterThan(5)
    expect(await takeAll(queue)).toEqual(numbered(0, 100))
    expect(queue.bytes).toBe(0)
    expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl'))).toHaveLength(1)
    await queue.append(numbered(100, 101))
    expect(await takeAll(queue)).toEqual(numbered(100, 101))
    await queue.close()
  })

  test('gives the same again until it is told that they are delivered', async () => {
    const queue = await openQueue()
    await queue.append(numbered(0, 3))
    const first = await queue.front(2, 1000)
    expect(first?.records.map(String)).toEqual(numbered(0, 2))
    expect(await queue.front(2, 1000)).toEqual(first)
    await queue.close()
  })

  test('never parts a record', async () => {
    const queue = await openQueue()
    await queue.append(['x'.repeat(500), 'y'])
    expect(await takeAll(queue)).toEqual(['x'.repeat(500), 'y'])
    await queue.close()
  })

  test('goes on where it was after a restart', async () => {
    const queue = await openQueue()
    await queue.append(numbered(0, 30))
    const batch = await queue.front(10, 1000)
    if (batch !== undefined) await queue.advance(batch.end)
    await queue.close()
    const next = await openQueue()
    expect(next.bytes).toBe(numbered(10, 30).join('\n').length + 1)
    await next.append(numbered(30, 31))
    expect(await takeAll(next)).toEqual(numbered(10, 31))
    await next.close()
  })

  test('takes no more than its bound, and more again once some are delivered', async () => {
    const queue = await openQueue({ maxBytes: 50 })
    expect(await queue.append(numbered(0, 5))).toBe(true)
    expect(await queue.append(numbered(5, 10))).toBe(false)
    await takeAll(queue)
    expect(await queue.append(numbered(5, 10))).toBe(true)
    expect(await takeAll(queue)).toEqual(numbered(5, 10))
    await queue.close()
  })

  test('cuts off a record that a former process could not finish', async () => {
    const queue = await openQueue()
    await queue.append(numbered(0, 2))
    await queue.close()
    appendFileSync(join(folder, '000000000001.jsonl'), '{"n":')
    const next = await openQueue()
    await next.append(numbered(2, 3))
    expect(await takeAll(next)).toEqual(numbered(0, 3))
    await next.close()
  })

  test('with a cursor that cannot be read, delivers again rather than never', async () => {
    const queue = await openQueue()
    await queue.append(numbered(0, 2))
    await takeAll(queue)
    await queue.close()
    writeFileSync(join(folder, 'cursor.json'), '{')
    const next = await openQueue()
    expect(await takeAll(next)).toEqual(numbered(0, 2))
    await next.close()
  })

  test('belongs to one process', async () => {
    const queue = await openQueue()
    await expect(openQueue()).rejects.toMatchObject({ code: 'ERR_FOLDER_LOCKED' })
    await queue.close()
    await (await openQueue()).close()
  })

  test('appends while it is read', async () => {
    const queue = await openQueue()
    const taken: string[] = []
    const writing = (async () => {
      for (let n = 0; n < 300; n += 3) await queue.append(numbered(n, n + 3))
    })()
    while (taken.length < 300) {
      taken.push(...(await takeAll(queue)))
      await new Promise(setImmediate)
    }
    await writing
    expect(taken).toEqual(numbered(0, 300))
    await queue.close()
  })

  test('keeps all that was acknowledged when its process is killed', async () => {
    const program = `
      import { openSegmentQueue } from ${JSON.stringify(new URL('./segment-queue.ts', import.meta.url).href)}
      const queue = await openSegmentQueue({ folder: ${JSON.stringify(folder)}, maxBytes: 1e9, segmentBytes: 5000 })
      for (let n = 0; ; n++) {
        await queue.append(['{"n":' + n + '}'])
        process.stdout.write(n + '\\n')
      }`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (data) => {
      output += data
      if (output.length > 10_000) child.kill('SIGKILL')
    })
    await new Promise((resolve) => child.on('close', resolve))
    const acknowledged = Number(output.trimEnd().split('\n').at(-1))
    const queue = await openQueue()
    const taken = await takeAll(queue, 1000)
    expect(acknowledged).toBeGreaterThan(1000)
    expect(taken.slice(0, acknowledged + 1)).toEqual(numbered(0, acknowledged + 1))
    expect(taken.length - acknowledged).toBeLessThanOrEqual(2)
    await queue.close()
  })

  test('its files are for their owner only', async () => {
    const queue = await openQueue()
    await queue.append(['{}'])
    const path = join(folder, '000000000001.jsonl')
    expect(readFileSync(path, 'utf8')).toBe('{}\n')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await queue.close()
  })
})
