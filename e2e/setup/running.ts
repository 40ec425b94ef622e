import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { until } from './work.ts'

/** A command of this checkout that runs until it is stopped. */
export interface Running {
  readonly pid: number
  stdout(): string
  stderr(): string
  /** Waits until a condition holds. @throws Error where it does not for five minutes, or the command ends */
  until(condition: () => boolean): Promise<void>
  /** Stops it as Ctrl-C does. @returns its exit status */
  stop(): Promise<number | null>
  /** Stops it so. @throws Error with what it said, where its exit status is another */
  stopsWith(status: number): Promise<void>
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
  const stop = () => {
    child.kill('SIGTERM')
    return ended
  }
  const shown = () => `haetae ${args.join(' ')}: ${text.stderr}${text.stdout.slice(-2000)}`
  return {
    pid: child.pid ?? 0,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    ended,
    async until(condition) {
      await until(async () => {
        if (condition()) return true
        if (isOver) throw new Error(`it ended: ${shown()}`)
        return undefined
      }, shown)
    },
    stop,
    async stopsWith(status) {
      const seen = await stop()
      if (seen !== status) throw new Error(`it ended with ${seen}, not with ${status}: ${shown()}`)
    },
  }
}

/** A command of whose standard output nothing is ever read. */
export interface Unread {
  stderr(): string
  /** Its exit status, once what it has said is read to its end. */
  readonly ended: Promise<number | null>
  /** Stops it as Ctrl-C does. @returns its exit status */
  stop(): Promise<number | null>
}

export function startUnread(args: readonly string[]): Unread {
  const child = spawn(resolve('bin/haetae'), args, {
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  all.add(child)
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const ended = Promise.all([once(child, 'exit'), once(child.stderr, 'end')]).then(([[status]]) => {
    all.delete(child)
    return status as number | null
  })
  return {
    stderr: () => errors,
    ended,
    stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

/** The number of the process that a command has started. @param word - in its command line @throws Error for none */
export function childOf({ pid, stderr }: Running, word: string): number {
  for (const found of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    // `4711 (haetae-sensor) S 4710 …`: the parent's number stands behind the state.
    const [, after = ''] = contentOf(`/proc/${found}/stat`).split(') ')
    if (after.split(' ')[1] === String(pid) && contentOf(`/proc/${found}/cmdline`).includes(word))
      return Number(found)
  }
  throw new Error(`it has started no ${word}: ${stderr()}`)
}

/** Of a file below /proc; empty where the process has ended. */
export function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The objects of JSON Lines; what stands behind the last end of a line is not there yet. */
export function jsonLines<Line>(text: string): Line[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
}
