import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Workload } from './workloads.ts'

/** Where Debian puts each version's programs. */
const VERSIONS = '/usr/lib/postgresql'
const CLIENTS = 2
const SELECTS = 1500
/** Each waits for the disk. */
const TRANSFERS = 60
/** Times that the kernel counts in (USER_HZ), to the second. */
const TICKS = 100

/** A PostgreSQL server of its own, and pgbench's two usual loads on it over a unix socket. */
export interface Postgres {
  readonly workloads: readonly Workload[]
  stop(): Promise<void>
}

/** @returns what is missing here for it; undefined: nothing */
export function whyNoPostgres(): string | undefined {
  if (newestPrograms() === undefined) return 'no PostgreSQL server (apt-get install postgresql)'
  return idOf('-u') === undefined ? 'no user postgres' : undefined
}

/**
 * Starts a server in a folder of its own, with the settings that it has by itself but for autovacuum, which comes when
 * it likes: what is written is written through.
 *
 * @throws Error where it does not start
 */
export async function startPostgres(): Promise<Postgres> {
  const programs = newestPrograms() ?? ''
  const owner = { uid: idOf('-u') ?? 0, gid: idOf('-g') ?? 0 }
  const folder = mkdtempSync(join(tmpdir(), 'haetae-postgres-'))
  chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const as = { ...owner, cwd: folder, encoding: 'utf8', stdio: 'pipe' } as const
  const reach = ['-h', folder, '-U', 'postgres']
  const pgbench = (...args: readonly string[]) =>
    execFileSync(join(programs, 'pgbench'), [...reach, ...args, 'postgres'], as)
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync'], as)
  const settings = [`unix_socket_directories=${folder}`, 'listen_addresses=', 'autovacuum=off']
  const server = spawn(
    join(programs, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    { ...owner, cwd: folder, stdio: 'ignore' },
  )
  const ended = once(server, 'close')
  const stop = async () => {
    // Its "fast" way to end: clients are sent away, what it has is written.
    server.kill('SIGINT')
    await ended
    rmSync(folder, { recursive: true })
  }
  try {
    for (let tries = 0; spawnSync(join(programs, 'pg_isready'), reach).status !== 0; tries++) {
      if (tries > 100 || server.exitCode !== null) throw new Error('PostgreSQL does not start')
      await sleep(100)
    }
    pgbench('-i', '-q', '-s', '5')
  } catch (error) {
    await stop()
    throw error
  }
  const load = (transactions: number, ...args: readonly string[]) =>
    pgbench('-n', '-c', String(CLIENTS), '-t', String(transactions), ...args)
  return {
    workloads: [
      {
        name: 'a database (PostgreSQL, pgbench, select-only)',
        run: () => timed(server, () => load(SELECTS, '-S')),
      },
      {
        name: 'a database (PostgreSQL, pgbench, tpcb-like)',
        run: () => timed(server, () => load(TRANSFERS)),
      },
    ],
    stop,
  }
}

/** The clock is pgbench's, from its first transaction to its last; the processor time that of both sides. */
function timed(server: ChildProcess, load: () => string): { wall: number; cpu: number } {
  const pid = server.pid ?? 0
  const before = serverTime(pid) + ownChildrenTime()
  const said = load()
  const rate = Number(/tps = ([\d.]+) \(without/.exec(said)?.[1])
  const done = Number(/actually processed: (\d+)/.exec(said)?.[1])
  if (!(rate > 0 && done > 0)) throw new Error(`pgbench: ${said}`)
  return { wall: done / rate, cpu: serverTime(pid) + ownChildrenTime() - before }
}

/** Seconds of the server, of its processes, and of those of them that have ended. */
function serverTime(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  return [...children.map((child) => timesOf(child, 2)), timesOf(pid, 4)].reduce((sum, time) => sum + time, 0)
}

function ownChildrenTime(): number {
  return timesOf('self', 4) - timesOf('self', 2)
}

/** The first `count` of utime, stime, cutime, cstime (proc_pid_stat(5)). */
function timesOf(pid: number | string, count: 2 | 4): number {
  const fields = statOf(pid).split(') ').at(-1)?.split(' ') ?? []
  return fields.slice(11, 11 + count).reduce((sum, field) => sum + Number(field), 0) / TICKS
}

/** Nothing where the process has ended since it was listed: its parent has its times then. */
function statOf(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ''
  }
}

function newestPrograms(): string | undefined {
  if (!existsSync(VERSIONS)) return undefined
  return readdirSync(VERSIONS)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(VERSIONS, version, 'bin'))
    .find((folder) => ['initdb', 'postgres', 'pgbench'].every((name) => existsSync(join(folder, name))))
}

function idOf(option: '-u' | '-g'): number | undefined {
  const { status, stdout } = spawnSync('id', [option, 'postgres'], { encoding: 'utf8' })
  return status === 0 ? Number(stdout) : undefined
}
