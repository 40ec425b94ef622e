import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { alertLine, type LineFormat } from './alert-line.ts'
import type { Transport } from './output.ts'

/** How long the program may take to end after its input has. */
const GRACE_MILLISECONDS = 5_000

/**
 * Writes alerts to the standard input of a program that runs on, a line each, as Falco's `program_output` with
 * `keep_alive`. A program that ends is started again at the next alert. What it writes to its standard output goes
 * to standard error: standard output is for alerts.
 *
 * @param command as the shell understands it
 */
export function createProgramTransport(command: string, format: LineFormat): Transport {
  let child: ChildProcess | undefined
  return {
    batch: 64,
    async deliver(alerts) {
      const running = await started()
      await written(running, `${alerts.map((alert) => alertLine(alert, format)).join('\n')}\n`)
    },
    reopen() {
      child?.stdin?.end()
      child = undefined
    },
    async close() {
      const last = child
      if (last === undefined || hasEnded(last)) return
      last.stdin?.end()
      const timer = setTimeout(() => last.kill(), GRACE_MILLISECONDS)
      await once(last, 'close')
      clearTimeout(timer)
    },
  }

  async function started(): Promise<ChildProcess> {
    if (child !== undefined && !hasEnded(child)) return child
    const next = spawn(command, { shell: true, stdio: ['pipe', 2, 2] })
    // What goes wrong with a write is told by the write itself.
    next.stdin?.on('error', () => {})
    next.on('error', () => {})
    child = next
    await once(next, 'spawn')
    return next
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

function written({ stdin }: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (stdin === null || !stdin.writable) reject(new Error('the program has closed its input'))
    else stdin.write(text, (error) => (error ? reject(error) : resolve()))
  })
}
