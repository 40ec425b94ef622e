import { truncateSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { READ_LIMITS } from './reader.ts'
import { brief, lines, useFolder } from './readers.fixture.ts'
import { Tail } from './tail.ts'

const folder = useFolder(beforeEach, afterEach)

test('what was written anew while the file was read is not taken for what followed', async () => {
  const path = folder.write('audit.log', lines(0, 5000))
  const tail = await Tail.open(path, READ_LIMITS)
  if (tail === undefined) throw new Error('the file was not opened')
  const reading = tail.drain()[Symbol.asyncIterator]()
  const first = await reading.next()
  expect(first.value?.slice(0, 2).map(brief)).toEqual([0, 1])

  truncateSync(path, 0)
  folder.append('audit.log', lines(7000, 14_000))
  expect(await reading.next()).toEqual({ done: true, value: undefined })
  expect(await tail.truncatedTo()).toBeGreaterThan(tail.position)
  await tail.close()
})
