import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
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

  test('is one process’s own', () => {
    openJournal({ folder })
    expect(() => openJournal({ folder })).toThrow(expect.objectContaining({ code: 'ERR_FOLDER_LOCKED' }))
  })
})
