import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isChosen, namelessOf } from './choose.ts'
import { createObservedContainers } from './observed-containers.ts'
import { type ListedContainer, startRuntime } from './runtime.fixture.ts'

const web = (id: string): ListedContainer => ({ id, namespace: 'shop', pod: 'web-1', name: 'web' })
const FIRST = web('aaaaaaaaaaaa')
const RESTARTED = web('bbbbbbbbbbbb')
const unnamed = (id: string) => ({ id, name: '', image: '', pod: '', namespace: '' })

let folder = ''
let listed: readonly ListedContainer[] = []
let runtime: Awaited<ReturnType<typeof startRuntime>>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-known-'))
  runtime = await startRuntime(folder, () => listed)
})
afterAll(async () => {
  await runtime.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a container that ended and the one in its place both get their names, though no event had them', async () => {
  const known = createObservedContainers(runtime.socket, () => undefined)
  listed = [FIRST]
  await known.ask()
  listed = [RESTARTED]
  await known.ask()
  for (const { id } of [FIRST, RESTARTED])
    expect(known.complete(unnamed(id))).toMatchObject({ id, name: 'web', pod: 'web-1', namespace: 'shop' })
  expect(known.complete(unnamed('cccccccccccc'))).toEqual(unnamed('cccccccccccc'))
  // What an event has told is not forgotten.
  expect(known.complete({ ...unnamed(FIRST.id), image: 'other:2' }).image).toBe('other:2')
  const ids = known.stayed().map(({ id }) => id)
  expect(ids).not.toContain(FIRST.id)
  expect(ids).not.toContain(RESTARTED.id)
})

test('a container that ran each time that was asked has stayed', async () => {
  const known = createObservedContainers(runtime.socket, () => undefined)
  listed = [FIRST]
  await known.ask()
  expect(known.stayed()).toEqual([])
  await known.ask()
  expect(known.stayed().map(({ id }) => id)).toContain(FIRST.id)
})

test('a container without a name may be the one that is meant, where names decide', () => {
  const all = [unnamed('aaaaaaaaaaaa'), { ...unnamed('bbbbbbbbbbbb'), name: 'other' }]
  expect(namelessOf({ pod: 'shop/web' }, all)).toEqual(['aaaaaaaaaaaa'])
  expect(namelessOf({ name: 'web' }, all)).toEqual(['aaaaaaaaaaaa'])
  expect(namelessOf({}, all)).toEqual([])
  expect(namelessOf({ container: ['aaaaaaaaaaaa'] }, all)).toEqual([])
  expect(namelessOf({ pod: 'shop/web', container: ['cccccccccccc'] }, all)).toEqual([])
  expect(namelessOf({ container: ['web'] }, all)).toEqual(['aaaaaaaaaaaa'])
})

test('a container is chosen by the beginning of its id, or by its name', () => {
  const container = { ...unnamed('aaaaaaaaaaaa'), name: 'web' }
  const isOne = (...names: readonly string[]) => isChosen({ container: names }, container)
  expect([isOne('aaaa'), isOne('a'.repeat(64)), isOne('web'), isOne('other', 'web')]).not.toContain(false)
  expect([isOne('bbbb'), isOne('we'), isOne('aa'), isOne('')]).not.toContain(true)
})
