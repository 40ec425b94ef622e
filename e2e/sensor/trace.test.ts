import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { sensorBinary } from '../setup/sensor.ts'

const { path: sensor, otherwise } = sensorBinary()
const HAETAE = join(import.meta.dirname, '../../bin/haetae')

function haetae(args: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(HAETAE, ['trace', '--sensor', sensor ?? '', ...args], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
  return { stdout, stderr, status }
}

/** Without what is another one in each run, and what strace reads from memory and the sensor does not. */
function comparable(line: string): string {
  return line
    .replace(/\{.*?\}(?=[,)])/g, 'ADDRESS')
    .replace(/0x[0-9a-f]{4,}/g, 'ADDRESS')
    .replace(/^(execve\(.*?\]).*(\) += )/, '$1$2')
    .replace(/^(set_tid_address\(.*) = .*/, '$1')
    .replace(/^(rseq\(ADDRESS), 0x20/, '$1, 32')
    .replace(/^((?:read|pread64)\(\d+), .*?, (\d+[,)])/, '$1, BYTES, $2')
    .replace(/^getrandom\(.*?, (\d+,)/, 'getrandom(BYTES, $1')
    .replace(/ += /, ' = ')
    .trimEnd()
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('exit_group('))
    .map(comparable)
}

const hasStrace = spawnSync('strace', ['-V']).status === 0
const PROGRAM = ['cat', '/etc/hostname', '/etc/nothing-of-this-name']

describe('haetae trace', needs(sensor, otherwise), () => {
  test.skipIf(!hasStrace)('shows the calls that strace shows', () => {
    const folder = mkdtempSync(join(tmpdir(), 'haetae-trace-'))
    const file = join(folder, 'strace.txt')
    // The same kinds of standard output for both: a program asks what it writes to.
    spawnSync('strace', ['-o', file, ...PROGRAM], { env: { ...process.env, LC_ALL: 'C' } })
    const theirs = lines(readFileSync(file, 'utf8'))
    rmSync(folder, { recursive: true })
    const ours = lines(haetae(['--', ...PROGRAM]).stdout)
    expect(ours).toEqual(theirs)
  })

  test.skipIf(!hasStrace)('counts calls and errors as strace -c does', () => {
    const { stderr } = spawnSync('strace', ['-c', ...PROGRAM], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    })
    const theirs = Object.fromEntries(
      [...stderr.matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(\d+)? +(\w+)$/gm)].map(
        ([, calls, errors, name = '']) => [name, [Number(calls), Number(errors ?? 0)]],
      ),
    )
    const { stdout } = haetae(['-c', '--format', 'json', '--', ...PROGRAM])
    const { calls, total } = JSON.parse(stdout) as {
      calls: { name: string; calls: number; errors: number; seconds: number }[]
      total: { calls: number; errors: number }
    }
    const ours = Object.fromEntries(calls.map(({ name, calls, errors }) => [name, [calls, errors]]))
    expect({ ...ours, total: [total.calls, total.errors] }).toEqual(theirs)
    for (const { seconds } of calls) expect(seconds).toBeGreaterThan(0)
  })

  test('children are shown with --follow alone', () => {
    const program = ['--', 'sh', '-c', 'cat /etc/hostname; exit 3']
    expect(haetae(program).stdout).not.toContain('/etc/hostname", O_RDONLY')
    const { stdout } = haetae(['-f', ...program])
    expect(stdout).toMatch(/^\[pid +\d+\] openat\(AT_FDCWD, "\/etc\/hostname", O_RDONLY\) = 3$/m)
    expect(stdout).toMatch(/^\[pid +\d+\] \+\+\+ exited with 3 \+\+\+$/m)
  })

  test('a process that runs already is watched, and not stopped', async () => {
    const child = spawn('sh', ['-c', 'sleep 8; cd /tmp; cat < /etc/hostname'], { stdio: 'ignore' })
    const { stdout, status } = haetae(['--pid', String(child.pid), '--format', 'jsonl'])
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; name?: string; args?: string[] })
    expect(records.find(({ name }) => name === 'chdir')?.args).toEqual(['"/tmp"'])
    expect(records.at(-1)).toMatchObject({ kind: 'exit', pid: child.pid, status: 0 })
    expect(status).toBe(0)
  })

  test('what cannot be traced is told', () => {
    for (const [args, code] of [
      [['--pid', '4194305'], 'ERR_NO_PROCESS'],
      [[], 'ERR_TARGET'],
      [['--container', 'no-such-container'], 'ERR_NO_CONTAINER'],
    ] as const) {
      const { stderr, status } = haetae([...args])
      expect(stderr).toContain(code)
      expect(status).toBe(2)
    }
  })
})
