import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { HostNames } from './host-names.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const error = (code: string) => Object.assign(new Error(code), { code })

/** A name server whose answers can be changed. */
function serverOf(answers: Record<string, readonly string[] | Error>) {
  const asked: string[] = []
  const names = new HostNames(async (name) => {
    asked.push(name)
    const answer = answers[name] ?? error('ENOTFOUND')
    if (answer instanceof Error) throw answer
    return answer
  })
  return { names, asked, answers }
}

test('an address has all names that lead to it', async () => {
  const { names } = serverOf({ a: ['10.0.0.1', '::ffff:10.0.0.2'], b: ['10.0.0.1', 'fd00::1'] })
  names.want(['a', 'b', 'nothing'])
  await vi.advanceTimersByTimeAsync(0)
  expect(Object.fromEntries(names.byAddress)).toEqual({
    '10.0.0.1': ['a', 'b'],
    '10.0.0.2': ['a'],
    'fd00::1': ['b'],
  })
  names.want(['b'])
  expect(Object.fromEntries(names.byAddress)).toEqual({ '10.0.0.1': ['b'], 'fd00::1': ['b'] })
})

test('names are asked for again: after ten seconds, ever later while the answer stays, at most after 320', async () => {
  const { names, asked, answers } = serverOf({ a: ['10.0.0.1'] })
  names.want(['a'])
  const until = async (seconds: number) => {
    asked.length = 0
    await vi.advanceTimersByTimeAsync(seconds * 1000)
    return asked.length
  }
  expect(asked).toEqual(['a'])
  expect(await until(0)).toBe(0)
  expect(await until(9)).toBe(0)
  expect(await until(1)).toBe(1)
  expect(await until(19)).toBe(0)
  expect(await until(1)).toBe(1)
  expect(await until(40 + 80 + 160 + 320)).toBe(4)
  expect(await until(640)).toBe(2)
  answers['a'] = ['10.0.0.9']
  expect(await until(320)).toBe(1)
  expect([...names.byAddress.keys()]).toEqual(['10.0.0.9'])
  expect(await until(10)).toBe(1)
  names.close()
  expect(await until(1000)).toBe(0)
  expect(names.byAddress.size).toBe(0)
})

test('a name that is gone has no address any more, one that cannot be asked for keeps its own', async () => {
  const { names, answers } = serverOf({ a: ['10.0.0.1'], b: ['10.0.0.2'] })
  names.want(['a', 'b'])
  await vi.advanceTimersByTimeAsync(0)
  answers['a'] = error('ENOTFOUND')
  answers['b'] = error('EAI_AGAIN')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(Object.fromEntries(names.byAddress)).toEqual({ '10.0.0.2': ['b'] })
})
