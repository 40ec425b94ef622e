import { send, type Target } from './gateway/client.ts'
import { withGate } from './gateway/setting.ts'
import { median } from './measure.ts'
import type { Line } from './run.ts'

const PER_SECOND = 200
const SECONDS = 5
const ROUNDS = 3
const WARM_UP_SECONDS = 10

/** What the gate adds to the time of an answer at 200 requests a second (limits: 1 ms at p50, 3 ms at p99). */
export async function run(report: (line: Line) => void): Promise<void> {
  await withGate('gateway-latency', async ({ direct, gated }) => {
    const path = '/api/v1/namespaces/default/configmaps/one'
    await send(
      direct,
      'POST',
      '/api/v1/namespaces/default/configmaps',
      '{"metadata":{"name":"one"},"data":{"a":"b"}}',
    )
    await paced(direct, path, 1)
    await paced(gated, path, WARM_UP_SECONDS)
    const added: { p50: number; p99: number }[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const straight = await paced(direct, path, SECONDS)
      const through = await paced(gated, path, SECONDS)
      added.push({
        p50: at(through, 0.5) - at(straight, 0.5),
        p99: at(through, 0.99) - at(straight, 0.99),
      })
    }
    for (const [which, limit] of [
      ['p50', 1],
      ['p99', 3],
    ] as const) {
      const value = median(added.map((round) => round[which]))
      const name = `gateway: added at ${PER_SECOND} requests/s, ${which} (limit ${limit})`
      report({ name, value: Math.round(value * 100) / 100, unit: 'ms' })
    }
  })
}

/** @returns milliseconds of each answer, sorted */
async function paced(target: Target, path: string, seconds: number): Promise<number[]> {
  const times: number[] = []
  const sent: Promise<void>[] = []
  const start = performance.now()
  for (let index = 0; index < PER_SECOND * seconds; index++) {
    const wait = start + (index * 1000) / PER_SECOND - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const begun = performance.now()
    sent.push(send(target, 'GET', path).then(() => void times.push(performance.now() - begun)))
  }
  await Promise.all(sent)
  return times.sort((a, b) => a - b)
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? 0
}
