import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openJournal } from './journal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-journal-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const files = () => readdirSync(folder).filter((name) => name.endsWith('.jsonl'))

/** A journal whose file may not grow any more in the middle of a record, and then may. */
const FILLING = `
import { execFileSync } from 'node:child_process'
import { openJournal } from ${JSON.stringify(join(import.meta.dirname, 'journal.ts'))}

const limit = (bytes) => execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=' + bytes + ':'])
process.on('SIGXFSZ', () => undefined)
const journal = openJournal({ folder: process.argv[1] })
await journal.begin('first', '{"first":true}')
limit(1000)
try {
  await journal.begin('too-long', JSON.stringify({ long: 'x'.repeat(2000) }))
} catch ({ code }) {
  console.log(code)
}
limit('unlimited')
await journal.begin('later', '{"later":true}')
`

describe('journal', () => {
  test('tells the next process what was left unfinished, and only that', async () => {
    const journal = openJournal({ folder })
    await Promise.all(['a', 'b', 'c'].map((id) => journal.begin(id, `{"auditID":"${id}"}`)))
    journal.end('b')
    await journal.begin('d', '{}')
    journal.close()
    const next = openJournal({ folder })
    expect([...next.unfinished]).toEqual([
      ['a', '{"auditID":"a"}'],
      ['c', '{"auditID":"c"}'],
      ['d', '{}'],
    ])
    next.settle()
    next.close()
    expect(openJournal({ folder }).unfinished.size).toBe(0)
  })

  test('has on file at once who begins alone, and those who begin together by the time they are told', async () => {
    const journal = openJournal({ folder })
    const told = () => readFileSync(join(folder, files()[0] ?? ''), 'utf8')
    expect(journal.begin('alone', '{}')).toBeUndefined()
    expect(told()).toBe('alone {}\n')
    await Promise.all(['a', 'b', 'c'].map((id) => journal.begin(id, '{}')))
    expect(told()).toBe('alone {}\na {}\nb {}\nc {}\n')
    // UTF-8, as the sizes of segments count it.
    await journal.begin('d', '"김"')
    expect(told()).toMatch(/\nd "김"\n$/)
    journal.close()
  })

  test('leaves nothing behind where all is done', async () => {
    const journal = openJournal({ folder })
    await journal.begin('a', '{}')
    journal.end('a')
    journal.close()
    expect(files()).toEqual([])
  })

  test('keeps what is open when it begins a new file', async () => {
    const journal = openJournal({ folder, segmentBytes: 200 })
    await journal.begin('long', '{"long":true}')
    for (let index = 0; index < 50; index++) {
      await journal.begin(`${index}`, '{"short":true}')
      journal.end(`${index}`)
    }
    expect(files()).toHaveLength(1)
    await journal.begin('last', '{}')
    journal.close()
    expect([...openJournal({ folder }).unfinished.keys()]).toEqual(['long', 'last'])
  })

  test('a line that was not written whole was acknowledged to nobody', async () => {
    const journal = openJournal({ folder })
    await journal.begin('a', '{}')
    journal.close()
    appendFileSync(join(folder, files()[0] ?? ''), 'b {"half')
    expect([...openJournal({ folder }).unfinished.keys()]).toEqual(['a'])
  })

  test('what is done is told though nothing follows, and with what begins next', async () => {
    const journal = openJournal({ folder })
    const told = () => readFileSync(join(folder, files()[0] ?? ''), 'utf8')
    await journal.begin('a', '{}')
    journal.end('a')
    await journal.begin('b', '{}')
    expect(told()).toBe('a {}\na\nb {}\n')
    journal.end('b')
    await expect.poll(told, { timeout: 60_000 }).toBe('a {}\na\nb {}\nb\n')
    journal.close()
  })

  test.skipIf(spawnSync('prlimit', ['--version']).status !== 0)(
    'a write that fails in the middle takes nothing with it that comes later',
    async () => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', FILLING, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let said = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      const [status] = await once(child, 'close')
      expect([status, said]).toEqual([0, 'EFBIG\n'])
      const { unfinished } = openJournal({ folder })
      expect([...unfinished.keys()]).toEqual(['first', 'later'])
      for (const record of unfinished.values()) expect(JSON.parse(record)).toBeTypeOf('object')
    },
  )

  test('is one process’s own', () => {
    openJournal({ folder })
    expect(() => openJournal({ folder })).toThrow(expect.objectContaining({ code: 'ERR_FOLDER_LOCKED' }))
  })
})
