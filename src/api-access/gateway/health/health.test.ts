import { expect, test, vi } from 'vitest'
import { atMostEvery } from './health.ts'

test('however many ask, the other is asked once at a time, and again later', async () => {
  const answers: ((isHealthy: boolean) => void)[] = []
  const ask = vi.fn(() => new Promise<boolean>((answer) => answers.push(answer)))
  const check = atMostEvery(0, ask)
  const asked = [check(), check(), check()]
  expect(ask).toHaveBeenCalledTimes(1)
  answers[0]?.(true)
  expect(await Promise.all(asked)).toEqual([true, true, true])
  await vi.waitFor(() => {
    check()
    expect(ask).toHaveBeenCalledTimes(2)
  }, 30_000)
})

test('a check that failed is asked again', async () => {
  const ask = vi.fn().mockRejectedValueOnce(new Error('gone')).mockResolvedValue(true)
  const check = atMostEvery(0, ask)
  await expect(check()).rejects.toThrow('gone')
  await vi.waitFor(async () => expect(await check()).toBe(true), 30_000)
})
