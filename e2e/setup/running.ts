import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { until } from './work.ts'

/** A command of this checkout that runs until it is stopped. */
export interface Running {
  readonly pid: number
  stdout(): string
  stderr(): string
  /** Waits until a condition holds. @throws Error where it does not for three minutes, or the command ends */
  until(condition: () => boolean): Promise<void>
  /** Stops it as Ctrl-C does. @returns its exit status */
  stop(): Promise<number | null>
  readonly ended: Promise<number | null>
}

const all = new Set<ChildProcess>()

/** Ends what a test that failed has left behind. */
export function endLeftovers(): void {
  for (const child of all) child.kill('SIGKILL')
}

/** @param within - a program that becomes the command, such as `setpriv` */
export function start(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  within: readonly string[] = [],
): Running {
  const [program = '', ...rest] = [...within, resolve('bin/haetae'), ...args]
  const child = spawn(program, rest, {
    env: { ...process.env, LC_ALL: 'C', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  all.add(child)
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (part: string) => {
      text[name] += part
    })
  let isOver = false
  const ended = new Promise<number | null>((done, fail) => {
    child.on('error', fail).on('close', (status) => {
      isOver = true
      all.delete(child)
      done(status)
    })
  })
  const seen = () => `haetae ${args.join(' ')}: ${text.stderr}${text.stdout.slice(-2000)}`
  return {
    pid: child.pid ?? 0,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    ended,
    async until(condition) {
      await until(async () => {
        if (condition()) return true
        if (isOver) throw new Error(`it ended: ${seen()}`)
        return undefined
      }, seen)
    },
    stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

/** The objects of JSON Lines; what stands behind the last end of a line is not there yet. */
export function jsonLines<Line>(text: string): Line[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
}
