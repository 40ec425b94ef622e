import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

/** What a call of the program left behind. */
export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Calls the program from its sources, in English unless said otherwise, as a pipeline would: no terminal. */
export function haetae(
  argv: readonly string[],
  options: { input?: string; cwd?: string; lang?: string } = {},
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...argv], {
    encoding: 'utf8',
    input: options.input ?? '',
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: options.lang ?? 'C' },
    maxBuffer: 256 * 1024 * 1024,
    // A call that does not end would hold its test for ever: what waits for a process cannot be interrupted.
    timeout: 150_000,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  })
  return { status, stdout, stderr }
}
