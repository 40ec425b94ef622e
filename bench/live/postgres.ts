import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pgbenchLoad } from './pgbench.ts'
import type { Workload } from './workloads.ts'

/** Where Debian puts each version's programs. */
const VERSIONS = '/usr/lib/postgresql'

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
    execFileSync(join(programs, 'pgbench'), [...reach, '-i', '-q', '-s', '5', 'postgres'], as)
  } catch (error) {
    await stop()
    throw error
  }
  const load = (name: string, ...args: readonly string[]) =>
    pgbenchLoad({
      name: `a database (PostgreSQL, pgbench, ${name})`,
      program: join(programs, 'pgbench'),
      args: [...reach, ...args],
      owner,
      folder,
      server: server.pid ?? 0,
    })
  return { workloads: [load('select-only', '-S'), load('tpcb-like')], stop }
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
