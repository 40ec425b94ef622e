import { describe, expect, test } from 'vitest'
import { firstRegistration } from './first-registration.ts'

/** A registrar's rounds, on a clock of its own: an ask takes as long as it says, and rounds are five seconds apart. */
function rounds(answer: (seconds: number) => string | undefined, registered = false) {
  const told: string[] = []
  let milliseconds = 0
  const mayRegister = firstRegistration({
    isRegistered: async () => registered,
    ask: async () => {
      const found = answer(milliseconds / 1000)
      told.push(found ?? 'answered')
      milliseconds += 100
      return found
    },
    onWaiting: (reason) => told.push(`waiting: ${reason}`),
    onGivenUp: (reason, seconds) => told.push(`given up after ${seconds} s: ${reason}`),
    now: () => milliseconds,
    sleep: async (pause) => {
      milliseconds += pause
    },
  })
  async function run(most = 20): Promise<{ rounds: number; seconds: number; longest: number }> {
    let longest = 0
    for (let count = 1; count <= most; count++) {
      const began = milliseconds
      const isDue = await mayRegister()
      longest = Math.max(longest, milliseconds - began)
      if (isDue) return { rounds: count, seconds: milliseconds / 1000, longest: longest / 1000 }
      milliseconds += 5000
    }
    throw new Error('it never registers')
  }
  return { told, run }
}

describe('a first registration', () => {
  test('is made at once where the service leads back, when it has done so several times', async () => {
    const { told, run } = rounds(() => undefined)
    expect((await run()).rounds).toBe(1)
    expect(told).toEqual(['answered', 'answered', 'answered'])
    // And not asked about again.
    await run()
    expect(told).toHaveLength(3)
  })

  test('waits until the service leads back, and says once that it does', async () => {
    const { told, run } = rounds((seconds) => (seconds < 8 ? 'ECONNREFUSED' : undefined))
    const { seconds } = await run()
    expect(seconds).toBeGreaterThan(8)
    expect(told.filter((each) => each.startsWith('waiting'))).toEqual(['waiting: ECONNREFUSED'])
    expect(told.slice(-3)).toEqual(['answered', 'answered', 'answered'])
  })

  test('does not take one answer among refusals for the service', async () => {
    let asked = 0
    const { told, run } = rounds((seconds) => (seconds < 10 && ++asked % 3 > 0 ? 'ECONNREFUSED' : undefined))
    await run()
    const last = told.lastIndexOf('ECONNREFUSED')
    expect(told.slice(last + 1)).toEqual(['answered', 'answered', 'answered'])
  })

  test('is made all the same where the network never leads back, within bounds, and says so', async () => {
    const { told, run } = rounds(() => 'no answer within 1 s')
    const { seconds, longest } = await run()
    expect(seconds).toBeLessThan(40)
    // Its Lease lasts three times as long as the rounds are apart.
    expect(longest).toBeLessThan(10)
    expect(told.at(-1)).toMatch(/^given up after 3\d s: no answer within 1 s$/)
    expect(told.filter((each) => each.startsWith('given up'))).toHaveLength(1)
  })

  test('is none where the registration stands already: nothing is asked, and nothing waits', async () => {
    const { told, run } = rounds(() => 'ECONNREFUSED', true)
    expect((await run()).rounds).toBe(1)
    expect(told).toEqual([])
  })
})
