import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What one run of a process took. */
export interface Usage {
  /** Seconds on the clock. */
  readonly wall: number
  /** Seconds of processor time, all threads, user and system. */
  readonly cpu: number
  /** Largest resident memory, in megabytes. */
  readonly memory: number
}

/** Runs Node.js on the given arguments, standard output discarded. @throws Error when it ends with a status not in `statuses` */
export function measureNode(argv: readonly string[], statuses: readonly number[] = [0]): Usage {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-bench-'))
  try {
    const file = join(folder, 'usage.json')
    const preload = new URL('./usage.mjs', import.meta.url).href
    const start = performance.now()
    const { status, stderr } = spawnSync(process.execPath, ['--import', preload, ...argv], {
      env: { ...process.env, HAETAE_USAGE: file },
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
