import { join } from 'node:path'
import type { Line } from '../run.ts'
import { startPostgres, whyNoPostgres } from './postgres.ts'
import { buildSwitchable, letRun, type Switch, switchTo, type WithSensor } from './switched.ts'
import { startRecording, startWatching } from './watching.ts'
import { type Taken, type Workload, workloads } from './workloads.ts'

const ROUNDS = Math.max(1, Number(process.env['HAETAE_BENCH_ROUNDS']) || 60)
/** Part of the names of the works that are wanted. */
const ONLY = process.env['HAETAE_BENCH_WORK'] ?? ''
/** Milliseconds for which a work is run again and again, before it is the other way's turn; less than a look at pgbench. */
const TURN = 240

/**
 * How a round runs its work: `again` is alone once more, to show what the machine itself makes of two equal runs; with
 * `nothing`, a program that does nothing looks at the end of each system call, which is the least that any sensor takes.
 */
const WAYS = ['alone', 'watched', 'again', 'recorded', 'nothing'] as const

type Way = (typeof WAYS)[number]
type Round = Readonly<Record<Way, Taken>>
/** What is beside the work in each way. */
type Beside = Readonly<Record<Way, (WithSensor & { readonly as: Switch }) | undefined>>

/**
 * Work alone, watched and recorded within seconds, in an order that turns from round to round: the machine itself becomes
 * faster and slower by more than what is measured, but slowly. Each round gives the ratios of its runs; told is the one in
 * the middle of all rounds, and between which two it is with 95 % (Conover, Practical Nonparametric Statistics, 3.2).
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
    const all = [...workloads(folder, root), ...(postgres?.workloads ?? [])]
    const works = all.filter(({ name }) => name.includes(ONLY))
    const program = buildSwitchable(join(folder, 'sensor'))
    const watching = await startWatching(root, program)
    try {
      const recording = await startRecording(root, program)
      try {
        const beside = {
          alone: undefined,
          watched: { ...watching, as: 'in' },
          again: undefined,
          recorded: { ...recording, as: 'in' },
          nothing: { ...watching, as: 'nothing' },
        } as const
        await switchTo('out', watching)
        await switchTo('out', recording)
        for (const work of works) tell(work.name, await measure(work, beside), emit)
      } finally {
        letRun(recording)
        await recording.stop()
      }
    } finally {
      letRun(watching)
      await watching.stop()
    }
  } finally {
    await postgres?.stop()
  }
}

async function measure(work: Workload, beside: Beside): Promise<readonly Round[]> {
  try {
    await work.begin?.()
    return await inTurns(work, beside)
  } finally {
    await work.end?.()
  }
}

async function inTurns(work: Workload, beside: Beside): Promise<readonly Round[]> {
  const rounds: Round[] = []
  // The first round is to get warm.
  for (let round = 0; round <= ROUNDS; round++) {
    const taken: Partial<Record<Way, Taken>> = {}
    for (let turn = 0; turn < WAYS.length; turn++) {
      const way = WAYS[(round + turn) % WAYS.length] ?? 'alone'
      const sensor = beside[way]
      if (sensor !== undefined) await switchTo(sensor.as, sensor)
      taken[way] = await repeated(work)
      if (sensor !== undefined) await switchTo('out', sensor)
    }
    if (round > 0 && isWhole(taken)) rounds.push(taken)
  }
  return rounds
}

function isWhole(taken: Partial<Record<Way, Taken>>): taken is Round {
  return WAYS.every((way) => taken[way] !== undefined)
}

/** What one run took in the mean. */
async function repeated(work: Workload): Promise<Taken> {
  const runs: Taken[] = []
  for (const end = performance.now() + TURN; runs.length === 0 || performance.now() < end; )
    runs.push(await work.run())
  const mean = (what: keyof Taken) => runs.reduce((sum, taken) => sum + taken[what], 0) / runs.length
  return { wall: mean('wall'), cpu: mean('cpu') }
}

function tell(name: string, rounds: readonly Round[], emit: (line: Line) => void): void {
  for (const [what, title] of [
    ['wall', 'clock'],
    ['cpu', 'CPU time'],
  ] as const)
    for (const [way, told, limit] of [
      ['watched', 'slower', ' (limit 3)'],
      ['nothing', 'slower by a program that does nothing', ''],
      ['again', 'alone, once more', ''],
      ['recorded', 'slower while recorded', ''],
    ] as const) {
      const percents = rounds.map((round) => slower(round, way, what)).sort((a, b) => a - b)
      const rank = lowerRank(percents.length)
      const line = (which: string, index: number) =>
        emit({
          name: `live: ${name}, ${told}, ${title}, ${which}`,
          value: percents[index] ?? Number.NaN,
          unit: '%',
        })
      line(`median${limit}`, percents.length >> 1)
      line('median at least (95 %)', rank)
      line('median at most (95 %)', percents.length - 1 - rank)
    }
}

/** By how many percent longer it took than alone: than the mean of both runs alone, or of `again` than of the first. */
function slower(round: Round, way: Way, what: keyof Taken): number {
  const alone = way === 'again' ? round.alone[what] : (round.alone[what] + round.again[what]) / 2
  return Math.round(1000 * (round[way][what] / alone - 1)) / 10
}

/** Of so many sorted values, the index of the one that the true median is not below, with 97.5 %. */
function lowerRank(count: number): number {
  return Math.max(0, Math.floor(count / 2 - 0.98 * Math.sqrt(count)))
}
