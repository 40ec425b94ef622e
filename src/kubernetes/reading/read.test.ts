import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ParsedText } from './document.ts'
import { findMentions, type ReadOptions, readPaths } from './read.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-read-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\n`

function write(name: string, text: string): void {
  mkdirSync(join(folder, name, '..'), { recursive: true })
  writeFileSync(join(folder, name), text)
}

async function read(paths: readonly string[], options: Partial<ReadOptions> = {}) {
  const stdin = (async function* () {})()
  const all: ParsedText[] = []
  for await (const parsed of readPaths(paths, { stdin, ...options })) all.push(parsed)
  return {
    names: all.flatMap(({ documents }) => documents.map(({ object }) => object.metadata?.name)),
    codes: all.flatMap(({ problems }) => problems.map(({ code }) => code)),
    others: all.reduce((sum, { others = 0 }) => sum + others, 0),
  }
}

describe('readPaths', () => {
  test('folders, recursively, in the order of names; hidden entries and other files are left out', async () => {
    write('b.yml', pod('b'))
    write('a/deep.json', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'deep' } }))
    write('.hidden/x.yaml', pod('hidden'))
    write('notes.txt', pod('text'))
    write('values.yaml', 'replicas: 3\n')
    expect(await read([folder])).toEqual({ names: ['deep', 'b'], codes: [], others: 1 })
  })

  test('standard input, cut anywhere', async () => {
    const bytes = Buffer.from(`${pod('하나')}---\n${pod('둘')}`)
    const stdin = (async function* () {
      for (let at = 0; at < bytes.length; at += 5) yield bytes.subarray(at, at + 5)
    })()
    expect((await read(['-'], { stdin })).names).toEqual(['하나', '둘'])
  })

  test('what is missing, empty or no manifest is named; the rest is read', async () => {
    write('a.yaml', pod('a'))
    write('empty/readme.md', '')
    write('value.yaml', 'x: 1\n')
    const paths = ['nowhere.yaml', 'empty', 'value.yaml', 'a.yaml'].map((name) => join(folder, name))
    expect(await read(paths)).toEqual({
      names: ['a'],
      codes: ['ERR_INPUT_NOT_FOUND', 'ERR_NO_MANIFESTS', 'ERR_NOT_AN_OBJECT'],
      others: 0,
    })
  })

  test('a pipe among the files is named, not waited for; a loop of links ends', async () => {
    write('a.yaml', pod('a'))
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')])
    symlinkSync('.', join(folder, 'loop'))
    symlinkSync('nowhere', join(folder, 'dangling.yaml'))
    symlinkSync('circle.yaml', join(folder, 'circle.yaml'))
    write('z.yaml', pod('z'))
    expect(await read([folder])).toEqual({
      names: ['a', 'z'],
      codes: ['ERR_INPUT_UNREADABLE', 'ERR_INPUT_NOT_FOUND', 'ERR_INPUT_UNREADABLE'],
      others: 0,
    })
    expect([...findMentions([folder], 'Pod')]).toHaveLength(2)
  })

  test('a device that never ends is named, not read; the one that is empty is nothing', async () => {
    expect(await read(['/dev/zero', '/dev/urandom', '/dev/null'])).toEqual({
      names: [],
      codes: ['ERR_INPUT_UNREADABLE', 'ERR_INPUT_UNREADABLE'],
      others: 0,
    })
  })

  test('UTF-16 with a byte order mark', async () => {
    writeFileSync(join(folder, 'a.yaml'), Buffer.from(`\uFEFF${pod('sixteen')}`, 'utf16le'))
    expect((await read([folder])).names).toEqual(['sixteen'])
  })
})

test('findMentions passes over documents without the word, and whatever cannot be read', () => {
  write(
    'a.yaml',
    `${pod('a')}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ns}\n---\n\t: broken Namespace\n`,
  )
  write('b.yaml', pod('b'))
  const found = [...findMentions([folder, join(folder, 'nowhere'), '-'], 'Namespace')]
  expect(found.map(({ object }) => object.metadata?.name)).toEqual(['ns'])
})
