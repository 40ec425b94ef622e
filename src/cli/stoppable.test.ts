import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { stoppable } from './stoppable.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

async function* endless(made: WeakRef<object>[]): AsyncGenerator<object> {
  for (;;) {
    const batch = {}
    made.push(new WeakRef(batch))
    yield batch
    await turn()
  }
}

test('holds on to no batch that was given', async () => {
  const made: WeakRef<object>[] = []
  const stopping = new AbortController()
  const batches = stoppable(endless(made), stopping.signal)
  for (let count = 0; count < 100; count++) await batches.next()
  await turn()
  collectGarbage()
  expect(made.filter((reference) => reference.deref() !== undefined).length).toBeLessThan(5)
  stopping.abort()
})

test('ends while it waits', async () => {
  const stopping = new AbortController()
  const waiting = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) }
  const next = stoppable(waiting, stopping.signal).next()
  stopping.abort()
  expect(await next).toEqual({ done: true, value: undefined })
})

test('gives an error on', async () => {
  const failing = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('broken')) }) }
  await expect(stoppable(failing, new AbortController().signal).next()).rejects.toThrow('broken')
})
