import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A command that waits to be let go. */
export interface WaitingCommand {
  readonly pid: number
  /** Lets it go: its process becomes the command's. */
  go(): void
  /** Ends it, if it still runs. */
  kill(): void
  /** Asks it to end, as strace does with a signal that ends itself; whether it does is not waited for. */
  end(): void
}

/** Stops itself, and becomes the command when it is let go. */
const SCRIPT = 'kill -STOP $$; exec "$@"'
const LOOK_MILLISECONDS = 5
/** A minute: on a busy machine even a shell takes its time. */
const MOST_LOOKS = 12_000

/**
 * Starts a command that has not done anything yet. What it writes to its standard output goes to standard error, so that
 * standard output has the trace alone.
 *
 * @throws Error where no process can be made
 */
export async function startWaiting(command: readonly string[]): Promise<WaitingCommand> {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sh', ...command], {
    stdio: ['inherit', 2, 'inherit'],
  })
  await once(child, 'spawn')
  const { pid } = child
  if (pid === undefined) throw new TypeError('a process that runs has a number')
  // Where this program ends before it lets go, what it has stopped must not stay.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  // One that was let go before it has stopped itself would stop for ever.
  for (let look = 0; isAlive(pid) && stateOf(String(pid)) !== 'T'; look++) {
    if (look === MOST_LOOKS) {
      kill()
      throw new Error('the shell that becomes it does not start')
    }
    await sleep(LOOK_MILLISECONDS)
  }
  return {
    pid,
    go() {
      process.off('exit', kill)
      child.kill('SIGCONT')
    },
    kill,
    end() {
      child.kill('SIGTERM')
      child.unref()
    },
  }
}

/** Whether a process is there and has not ended: its main thread may have ended before others (pthread_exit(3)). */
export function isAlive(pid: number): boolean {
  return threadsOf(pid).some((tid) => {
    const state = stateOf(`${pid}/task/${tid}`)
    return state !== undefined && state !== 'Z' && state !== 'X'
  })
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

/** `R`, `S`, `T`…: the third field of /proc/PID/stat, behind a name that may have anything in it. */
function stateOf(thread: string): string | undefined {
  try {
    const stat = readFileSync(`/proc/${thread}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2)[0]
  } catch {
    return undefined
  }
}
