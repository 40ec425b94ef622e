import type { Line } from '../run.ts'
import { startPostgres, whyNoPostgres } from './postgres.ts'
import { startRecording, startWatching } from './watching.ts'
import { type Workload, workloads } from './workloads.ts'

/** An odd number: of each workload's ratios, one is in the middle. */
const ROUNDS = 7

/** What runs beside the work. */
const BESIDE = {
  alone: async () => undefined,
  watched: startWatching,
  recorded: startRecording,
} as const

type How = keyof typeof BESIDE
type Taken = ReturnType<Workload['run']>

/**
 * Work alone, watched and recorded in turn. Each round gives the ratios of what its three runs took; told is the one in
 * the middle, and from where to where they go: what else the machine does falls on all three alike.
 *
 * @param folder - for the works' files
 * @param root - of the checkout
 */
export async function measureSlowdown(
  folder: string,
  root: string,
  emit: (line: Line) => void,
): Promise<void> {
  const lacking = whyNoPostgres()
  if (lacking !== undefined) process.stderr.write(`bench live: pgbench is skipped: ${lacking}\n`)
  const postgres = lacking === undefined ? await startPostgres() : undefined
  try {
    const works = [...workloads(folder, root), ...(postgres?.workloads ?? [])]
    for (const work of works) work.run()
    const taken = works.map((): Record<How, Taken[]> => ({ alone: [], watched: [], recorded: [] }))
    for (let round = 0; round < ROUNDS; round++)
      for (const how of ['alone', 'watched', 'recorded'] as const) {
        const beside = await BESIDE[how](root)
        for (const [index, work] of works.entries()) taken[index]?.[how].push(work.run())
        await beside?.stop()
      }
    for (const [index, { name }] of works.entries()) {
      const { alone, watched, recorded } = taken[index] ?? { alone: [], watched: [], recorded: [] }
      for (const [what, title] of [
        ['wall', 'clock'],
        ['cpu', 'CPU time'],
      ] as const) {
        tell(`live: ${name}, slower, ${title}`, ' (limit 3)', slower(alone, watched, what), emit)
        tell(`live: ${name}, slower while recorded, ${title}`, '', slower(alone, recorded, what), emit)
      }
    }
  } finally {
    await postgres?.stop()
  }
}

/** By how many percent, round by round, the least first. */
function slower(alone: readonly Taken[], beside: readonly Taken[], what: keyof Taken): readonly number[] {
  const ratios = alone.map((taken, round) => 100 * ((beside[round]?.[what] ?? 0) / taken[what] - 1))
  return ratios.map((ratio) => Math.round(ratio * 10) / 10).sort((a, b) => a - b)
}

function tell(name: string, limit: string, sorted: readonly number[], emit: (line: Line) => void): void {
  const middle = sorted[sorted.length >> 1] ?? Number.NaN
  emit({ name: `${name}, median${limit}`, value: middle, unit: '%' })
  emit({ name: `${name}, least`, value: sorted[0] ?? Number.NaN, unit: '%' })
  emit({ name: `${name}, most`, value: sorted.at(-1) ?? Number.NaN, unit: '%' })
}
