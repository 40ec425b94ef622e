import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { stateOfRules, watchRules } from './watch-rules.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-watch-rules-'))
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

/** Watches, and counts how often it was called back. */
function watching(paths: readonly string[], known = stateOfRules(paths)) {
  let calls = 0
  const end = watchRules(paths, known, () => {
    calls++
  })
  const looked = () => {
    vi.advanceTimersByTime(2000)
    return calls
  }
  return { looked, end }
}

describe('files of rules that are watched', () => {
  test('a change is told once', () => {
    const file = join(folder, 'rules.yaml')
    writeFileSync(file, '- list: a')
    const { looked, end } = watching([file, '-'])
    expect(looked()).toBe(0)
    writeFileSync(file, '- list: of others')
    expect([looked(), looked()]).toEqual([1, 1])
    end()
    writeFileSync(file, '- list: b')
    expect(looked()).toBe(1)
  })

  test('of a folder: what is added, and what goes', () => {
    const rules = join(folder, 'rules.d')
    mkdirSync(rules)
    const { looked, end } = watching([rules])
    writeFileSync(join(rules, 'a.yaml'), '')
    expect(looked()).toBe(1)
    rmSync(rules, { recursive: true })
    expect(looked()).toBe(2)
    end()
  })

  test('what has changed since they were read, before anybody watched', () => {
    const file = join(folder, 'rules.yaml')
    writeFileSync(file, '- list: a')
    const read = stateOfRules([file])
    writeFileSync(file, '- list: of others')
    const { looked, end } = watching([file], read)
    expect([looked(), looked()]).toEqual([1, 1])
    end()
  })
})
