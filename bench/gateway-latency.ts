import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { GateProcess } from '../e2e/gateway/gate-process.ts'
import { added, joined, type Round, withoutPauses } from './gateway/added.ts'
import { load, send, type Target, targetAt } from './gateway/client.ts'
import type { PacedAnswer, PacedOrder } from './gateway/paced-client.ts'
import { type Setting, withGate } from './gateway/setting.ts'
import { median } from './measure.ts'
import type { Line } from './run.ts'

const PER_SECOND = 200
const SECONDS = 5
const ROUNDS = 9
const LATE_ROUNDS = 3
/** A gate runs for weeks: what is measured is its compiled code, not its compiler. */
const WARM_UP = 10_000

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps'
const PATH = `${CONFIG_MAPS}/one`
const LATE_ANSWERS = fileURLToPath(new URL('./gateway/late-answers.mjs', import.meta.url))

/**
 * What the gate adds to the time of an answer at 200 requests a second (limits: 1 ms at p50, 3 ms at p99).
 *
 * One client, in a process of its own, asks straight and through the gate in turns, so that both meet the same pauses of the
 * API server, of the disk and of the machine; no answer is waited for before the next is asked for. A gate that is 5 ms late
 * with 2 % of its answers shows that a breach of the limit would be seen.
 */
export async function run(report: (line: Line) => void): Promise<void> {
  await withGate('gateway-latency', (setting) => measure(setting, report))
}

async function measure({ direct, gated, kubeconfig }: Setting, report: (line: Line) => void) {
  const client = new PacedClient()
  const late = new GateProcess(kubeconfig, ['--import', LATE_ANSWERS])
  try {
    await send(direct, 'POST', CONFIG_MAPS, '{"metadata":{"name":"one"},"data":{"a":"b"}}')
    const rounds = await client.rounds(direct, gated, ROUNDS)
    const kept = rounds.map(withoutPauses)
    const name = `gateway: added at ${PER_SECOND} requests/s`
    const tell = (which: string, value: number) =>
      report({ name: `${name}, ${which}`, value: Math.round(value * 100) / 100, unit: 'ms' })
    tell('p50 (limit 1)', added(joined(rounds), 50))
    tell("p99, without the API server's own pauses (limit 3)", added(joined(kept), 99))
    tell('p99, with them, median of the rounds (limit 3)', median(rounds.map((round) => added(round, 99))))
    tell('p99, with them, of all answers', added(joined(rounds), 99))
    const share = 1 - count(kept) / count(rounds)
    report({
      name: `${name}, answers under way in pauses`,
      value: Math.round(share * 1000) / 10,
      unit: '%',
    })
    await late.start()
    const through = targetAt('127.0.0.1', late.port, await late.credential('jane', ['system:masters']))
    const lateRounds = await client.rounds(direct, through, LATE_ROUNDS)
    const seen = added(joined(lateRounds.map(withoutPauses)), 99)
    tell('p99, without pauses, where the gate is 5 ms late with 2 % (more than 3, or nothing is shown)', seen)
    if (seen <= 3) throw new Error('gateway-latency: a gate that is too late does not show here')
  } finally {
    client.close()
    await late.close()
  }
}

function count(rounds: readonly Round[]): number {
  return rounds.reduce((sum, { straight, gated }) => sum + straight.length + gated.length, 0)
}

class PacedClient {
  readonly #process = fork(new URL('./gateway/paced-client.ts', import.meta.url), {
    serialization: 'advanced',
  })
  readonly #ended = new Promise<never>((_, fail) => {
    this.#process.on('exit', (status) => fail(new Error(`the client ended with ${status}`)))
  })

  constructor() {
    // Whoever asks is told of it.
    this.#ended.catch(() => undefined)
  }

  async rounds(direct: Target, gated: Target, number: number): Promise<Round[]> {
    await load(gated, WARM_UP, 'GET', PATH, undefined)
    const rounds: Round[] = []
    // The first round is to get warm.
    for (let round = 0; round <= number; round++) {
      // Who comes first in a turn may differ from who comes next.
      const isStraightFirst = round % 2 === 0
      const [first, next] = await this.#ask(isStraightFirst ? [direct, gated] : [gated, direct])
      const [straight, through] = isStraightFirst ? [first, next] : [next, first]
      if (round > 0) rounds.push({ straight: straight ?? [], gated: through ?? [] })
    }
    return rounds
  }

  close(): void {
    if (this.#process.connected) this.#process.disconnect()
  }

  /** @throws Error where it ends instead */
  async #ask(targets: readonly Target[]): Promise<readonly PacedAnswer[][]> {
    const places = targets.map(({ host, port, credential }) => ({ host, port, credential }))
    const order: PacedOrder = { places, path: PATH, perSecond: PER_SECOND, seconds: SECONDS }
    const { promise, resolve } = Promise.withResolvers<PacedAnswer[][]>()
    this.#process.once('message', resolve)
    this.#process.send(order)
    return await Promise.race([promise, this.#ended])
  }
}
