import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { childrenOf, processorTime } from './processes.ts'
import type { Workload } from './workloads.ts'

const CLIENTS = 2
/** Milliseconds of one look at it. */
const WINDOW = 250
/** Milliseconds until it runs as it will go on. */
const WARMING = 1000
/** Milliseconds in which pgbench starts, and writes what it has done: its output is held back until a page of it is there. */
const LONGEST_DELAY = 5000

export interface PgbenchLoad {
  readonly name: string
  /** Path of pgbench, and its options: the database's place, and the transactions. */
  readonly program: string
  readonly args: readonly string[]
  /** Who runs it. */
  readonly owner: { readonly uid: number; readonly gid: number }
  /** Where its log goes. */
  readonly folder: string
  /** The pid of the database's first process. */
  readonly server: number
}

/**
 * Transactions without an end, looked at for a moment each time, as a database is that has been busy for long. What is told
 * is one transaction: seconds of the clock by pgbench's log of them, seconds of processor time of both sides.
 */
export function pgbenchLoad({ name, program, args, owner, folder, server }: PgbenchLoad): Workload {
  let child: ChildProcess | undefined
  let log: TransactionLog | undefined
  return {
    name,
    async begin() {
      const endless = ['-n', '-c', String(CLIENTS), '-T', '86400', '-l', '--log-prefix=log']
      child = spawn(program, [...args, ...endless, 'postgres'], { ...owner, cwd: folder, stdio: 'ignore' })
      const file = join(folder, `log.${child.pid}`)
      for (const limit = performance.now() + LONGEST_DELAY; !existsSync(file); await sleep(50))
        if (performance.now() > limit) throw new Error(`${name}: pgbench does not start`)
      log = new TransactionLog(file)
      await sleep(WARMING)
    },
    async run() {
      if (child?.pid === undefined || child.exitCode !== null || log === undefined)
        throw new Error(`${name}: pgbench does not run`)
      const pids = [child.pid, ...childrenOf(server)]
      const cpu = () => pids.reduce((sum, pid) => sum + processorTime(pid), 0)
      const [begin, cpuBefore] = [Date.now(), cpu()]
      await sleep(WINDOW)
      const [end, cpuAfter] = [Date.now(), cpu()]
      const done = await log.countBetween(begin, end)
      return { wall: (end - begin) / 1000 / done, cpu: (cpuAfter - cpuBefore) / done }
    },
    async end() {
      log?.close()
      if (child === undefined || child.exitCode !== null) return
      const closed = once(child, 'close')
      child.kill('SIGTERM')
      await closed
    },
  }
}

/** pgbench's log: for each transaction client, number, microseconds, script, and when it ended: seconds, microseconds. */
class TransactionLog {
  readonly #file: number
  readonly #path: string
  #rest = ''
  #ends: number[] = []

  constructor(path: string) {
    this.#path = path
    this.#file = openSync(path, 'r')
  }

  /** How many transactions ended in a time, given in milliseconds since 1970, that is past. */
  async countBetween(begin: number, end: number): Promise<number> {
    const limit = performance.now() + LONGEST_DELAY
    for (this.#read(); (this.#ends.at(-1) ?? 0) < end; this.#read()) {
      if (performance.now() > limit) throw new Error(`${this.#path}: nothing new is in it`)
      await sleep(5)
    }
    const count = this.#ends.filter((time) => time >= begin && time < end).length
    this.#ends = []
    if (count === 0) throw new Error(`${this.#path}: no transaction ended in ${end - begin} ms`)
    return count
  }

  close(): void {
    closeSync(this.#file)
  }

  #read(): void {
    const chunk = Buffer.alloc(1 << 20)
    for (let size = 1; size > 0; ) {
      size = readSync(this.#file, chunk)
      const lines = (this.#rest + chunk.toString('latin1', 0, size)).split('\n')
      this.#rest = lines.pop() ?? ''
      for (const line of lines) {
        const [, , , , seconds, microseconds] = line.split(' ')
        this.#ends.push(Number(seconds) * 1000 + Number(microseconds) / 1000)
      }
    }
  }
}
