import { send, type Target } from './gateway/client.ts'
import { withGate } from './gateway/setting.ts'
import type { Line } from './run.ts'

const PER_SECOND = 200
/**
 * Straight and through the gate in turns. The API server pauses for up to 50 ms every 10 seconds, by itself: turns whose
 * length divides that would let all pauses fall upon one side.
 */
const SECONDS = 3.5
const ROUNDS = 7
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
    const straight: number[] = []
    const through: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      straight.push(...(await paced(direct, path, SECONDS)))
      through.push(...(await paced(gated, path, SECONDS)))
    }
    for (const [which, limit] of [
      [50, 1],
      [99, 3],
    ] as const) {
      const value = percentile(through, which) - percentile(straight, which)
      const name = `gateway: added at ${PER_SECOND} requests/s, p${which} (limit ${limit})`
      report({ name, value: Math.round(value * 100) / 100, unit: 'ms' })
    }
  })
}

/** @returns milliseconds of each answer */
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
  return times
}

function percentile(times: readonly number[], which: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor((times.length * which) / 100)] ?? 0
}
