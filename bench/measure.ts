import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What one run of a process took. */
export interface Usage {
  /** Seconds on the clock. */
  readonly wall: number
  /** Seconds of processor time, all threads, user and system. */
  readonly cpu: number
  /** Largest resident memory, in megabytes. */
  readonly memory: number
}

const PRELOAD = new URL('./usage.mjs', import.meta.url).href

/** Runs Node.js on the given arguments, standard output discarded. @throws Error when it ends with a status not in `statuses` */
export function measureNode(argv: readonly string[], statuses: readonly number[] = [0]): Usage {
  return measure(process.execPath, ['--import', PRELOAD, ...argv], process.env, statuses)
}

/** Runs Haetae as its users do, standard output discarded. @throws Error when it ends with another status than 0 */
export function measureHaetae(argv: readonly string[]): Usage {
  const program = fileURLToPath(new URL('../bin/haetae', import.meta.url))
  return measure(program, argv, { ...process.env, NODE_OPTIONS: `--import ${PRELOAD}` }, [0])
}

function measure(
  program: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  statuses: readonly number[],
): Usage {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-bench-'))
  try {
    const file = join(folder, 'usage.json')
    const start = performance.now()
    const { status, stderr } = spawnSync(program, argv, {
      env: { ...env, HAETAE_USAGE: file },
      stdio: ['ignore', 'ignore', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
    })
    const wall = (performance.now() - start) / 1000
    if (status === null || !statuses.includes(status))
      throw new Error(`${argv.join(' ')}: status ${status}: ${stderr}`)
    const { cpu, maxRSS } = JSON.parse(readFileSync(file, 'utf8')) as { cpu: number; maxRSS: number }
    return { wall, cpu: cpu / 1e6, memory: maxRSS / 1024 }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The middle of an odd number of values. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number
}

const WARM_UP_ITEMS = 20_000
const ROUNDS = 10
const ROUND_MILLISECONDS = 200

/**
 * Items a second of this thread's own processor time, over all of them in turn: the best of some rounds, since
 * other work on the machine takes caches and half of a core, and never gives any.
 *
 * @param take - answers a number of what it did, so that no engine drops work whose result nobody reads
 */
export function rateOf<Item>(items: readonly Item[], take: (item: Item) => number): number {
  let sum = 0
  const once = () => {
    for (const item of items) sum += take(item)
  }
  for (let round = 0; round < WARM_UP_ITEMS / items.length; round++) once()
  const rates = Array.from({ length: ROUNDS }, () => {
    let done = 0
    let elapsed = 0
    const start = process.threadCpuUsage()
    while (elapsed < ROUND_MILLISECONDS) {
      // Asking for the time is slow: not after every few items.
      for (let taken = 0; taken < 2000; taken += items.length) {
        once()
        done += items.length
      }
      const { user, system } = process.threadCpuUsage(start)
      elapsed = (user + system) / 1000
    }
    return (done / elapsed) * 1000
  })
  if (!Number.isFinite(sum)) throw new Error('what is done is counted in numbers')
  return Math.max(...rates)
}

/** To two decimals. */
export function ratio(value: number, reference: number): number {
  return Math.round((value / reference) * 100) / 100
}
