import { spawnSync } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Seconds of the clock, and of processor time. */
export interface Taken {
  readonly wall: number
  readonly cpu: number
}

/** Work that makes many system calls. */
export interface Workload {
  readonly name: string
  /** What goes on until its end, if there is such; before the first run. */
  begin?(): Promise<void>
  run(): Taken | Promise<Taken>
  end?(): Promise<void>
}

/** All works are short, so that with the sensor and without it they are run within a second. */
const INSERTS = 1000
/** Each waits for the disk. */
const USUAL_INSERTS = 150

/** @param folder - for their files @param root - of the checkout */
export function workloads(folder: string, root: string): readonly Workload[] {
  cpSync(join(root, 'sensor'), join(folder, 'sensor'), { recursive: true })
  const worst = sqlOf('PRAGMA synchronous=OFF; PRAGMA journal_mode=TRUNCATE;', INSERTS)
  const usual = sqlOf('', USUAL_INSERTS)
  writeFileSync(join(folder, 'worst.sql'), worst)
  writeFileSync(join(folder, 'usual.sql'), usual)
  const sqlite = (name: string) =>
    `rm -f '${folder}/db'; sqlite3 '${folder}/db' < '${join(folder, `${name}.sql`)}'`
  const commands = [
    [
      'a build (clang, files of the sensor)',
      `cd '${folder}/sensor'; for name in calls commands flags output; do clang -O2 -g -c $name.c; done`,
    ],
    ['a database (sqlite, a transaction a row, written through)', sqlite('usual')],
    ['a database (sqlite, a transaction a row, never written through)', sqlite('worst')],
    ['tar of 3,000 small files', `tar -C '${root}/node_modules/@kubernetes' -c . | cat`],
  ] as const
  return commands.map(([name, command]) => ({ name, run: () => timed(command) }))
}

function sqlOf(settings: string, inserts: number): string {
  const insert = (index: number) => `INSERT INTO t VALUES (${index}, hex(randomblob(50)));\n`
  const rows = Array.from({ length: inserts }, (_, index) => insert(index)).join('')
  return `${settings} CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT);\n${rows}SELECT count(*) FROM t;\n`
}

/** @throws Error where the command fails */
function timed(command: string): Taken {
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', `TIMEFORMAT='%R %U %S'; time { ${command}; } > /dev/null`],
    {
      encoding: 'utf8',
    },
  )
  const [wall = 0, user = 0, system = 0] = stderr.trim().split('\n').at(-1)?.split(' ').map(Number) ?? []
  if (status !== 0 || !(wall > 0)) throw new Error(`${command}: ${status}: ${stderr}`)
  return { wall, cpu: user + system }
}
