import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase, openForReading } from './database.ts'

const SCHEMA = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT'
const INSERT = 'INSERT INTO notes (text) VALUES (?)'
const ALL = 'SELECT text FROM notes ORDER BY id'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-sqlite-'))
  path = join(folder, 'notes.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('an embedded database', () => {
  test('keeps what was written', async () => {
    const database = await openDatabase(path, [SCHEMA])
    expect(await database.write([{ sql: INSERT, rows: [['a'], ['해태']] }])).toEqual([2])
    expect(database.read(ALL)).toEqual([{ text: 'a' }, { text: '해태' }])
    expect(database.read('SELECT id FROM notes WHERE text = ?', 'a')).toEqual([{ id: 1 }])
    await database.close()
    const reader = openForReading(path)
    expect(reader.read(ALL)).toHaveLength(2)
    await reader.close()
  })

  test('writes all or nothing', async () => {
    const database = await openDatabase(path, [SCHEMA])
    await database.write([{ sql: INSERT, rows: [['a']] }])
    const twice = [
      { sql: INSERT, rows: [['b']] },
      { sql: INSERT, rows: [['a']] },
    ]
    await expect(database.write(twice)).rejects.toMatchObject({ code: 'ERR_DATABASE', path })
    expect(database.read(ALL)).toEqual([{ text: 'a' }])
    expect(await database.write([{ sql: INSERT, rows: [['b']] }])).toEqual([1])
    await database.close()
  })

  test('answers in the order of the calls', async () => {
    const database = await openDatabase(path, [SCHEMA])
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => database.write([{ sql: INSERT, rows: [[`n${n}`]] }])),
    )
    expect(database.read(ALL).map(({ text }) => text)).toEqual(Array.from({ length: 50 }, (_, n) => `n${n}`))
    await database.close()
  })

  test('brings an older schema up to date, once', async () => {
    const first = await openDatabase(path, [SCHEMA])
    await first.write([{ sql: INSERT, rows: [['a']] }])
    await first.close()
    const migrations = [SCHEMA, 'ALTER TABLE notes ADD COLUMN author TEXT']
    for (let time = 0; time < 2; time++) {
      const next = await openDatabase(path, migrations)
      expect(next.read('SELECT text, author FROM notes')).toEqual([{ text: 'a', author: null }])
      await next.close()
    }
  })

  test('is for its owner only', async () => {
    await (await openDatabase(path, [SCHEMA])).close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('says what it cannot open', async () => {
    await expect(openDatabase(join(folder, 'none/notes.db'), [])).rejects.toMatchObject({
      code: 'ERR_DATABASE',
    })
    expect(() => openForReading(path)).toThrow(expect.objectContaining({ code: 'ERR_DATABASE' }))
    writeFileSync(path, 'this is no database, and longer than a header would be'.repeat(20))
    await expect(openDatabase(path, [SCHEMA])).rejects.toMatchObject({ code: 'ERR_DATABASE', path })
    await expect(openDatabase(join(folder, 'bad.db'), ['NONSENSE'])).rejects.toMatchObject({
      code: 'ERR_DATABASE',
    })
  })

  test('refuses to write once it is closed', async () => {
    const database = await openDatabase(path, [SCHEMA])
    await database.close()
    await expect(database.write([])).rejects.toMatchObject({ code: 'ERR_DATABASE' })
  })
})
