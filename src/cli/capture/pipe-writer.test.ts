import { spawnSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LOOKS, Patience } from './patience.ts'
import { openPipe } from './pipe-writer.ts'
import { writeParts } from './write-parts.ts'

const PAGE = 4096
const PAGES = 64

test('a reader that takes a page now and then is given a part that is many times what a pipe holds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-pipe-writer-'))
  const fifo = join(folder, 'fifo')
  spawnSync('mkfifo', [fifo])
  const reading = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const patience = new Patience()
    const target = openPipe(fifo) as Writable
    let taken = 0
    target.on('taken', () => taken++)
    const text = '0123456789abcdef'.repeat((PAGE * PAGES) / 16)
    const written = writeParts(one(text), target, patience)
    let read = ''
    while (taken < PAGES && !patience.signal.aborted) {
      // As long as there is patience at all for one page.
      for (let at = 0; at < LOOKS; at++) patience.look()
      const before = taken
      read += readPage(reading)
      while (taken === before && !patience.signal.aborted) await setImmediate()
    }
    expect(await written).toEqual({ written: 1, unwritten: 0 })
    for (let page = readPage(reading); page !== ''; page = readPage(reading)) read += page
    expect(read === text).toBe(true)
  } finally {
    closeSync(reading)
    rmSync(folder, { recursive: true, force: true })
  }
})

async function* one(text: string) {
  yield { text, events: 1 }
}

/** What is there of a page, without waiting for it. */
function readPage(fd: number): string {
  const page = Buffer.alloc(PAGE)
  try {
    return page.toString('latin1', 0, readSync(fd, page))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return ''
    throw error
  }
}
