import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { haetae } from '../setup/haetae.ts'
import { needs } from '../setup/needs.ts'
import { install } from '../setup/packages.ts'
import { endLeftovers, jsonLines, start } from '../setup/running.ts'

const NO_SENSOR = { HAETAE_SENSOR: '/nothing/haetae-sensor' }
const isRoot = process.getuid?.() === 0

function hasStrace(): boolean {
  const works = () => spawnSync('strace', ['-V']).status === 0
  if (!works() && isRoot) install(['strace'])
  return works()
}

/** Within a container that forbids it nobody can be traced at all. */
const canTrace = hasStrace() && spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0

interface Told {
  readonly kind: string
  readonly pid: number
  readonly tid: number
  readonly time: string
  readonly name?: string
  readonly args?: readonly string[]
  readonly result?: string
  readonly errno?: string | null
  readonly status?: number
  readonly signal?: number
}

afterEach(endLeftovers)

describe('haetae trace without the sensor', needs(canTrace, 'there is no strace that may trace'), () => {
  test('a command is traced by strace, which is said aloud', async () => {
    const program = ['cat', '/etc/hostname', '/etc/nothing-of-this-name']
    const { stdout, stderr, status } = await haetae(['trace', '--', ...program], NO_SENSOR)
    expect(status).toBe(0)
    expect(stderr).toContain('strace traces in place of the sensor: it stops the processes at each call')
    const lines = stdout.split('\n')
    expect(lines[0]).toMatch(/^execve\(".*\/cat", \["cat", .*\) += 0$/)
    expect(lines).toContain('openat(AT_FDCWD, "/etc/hostname", O_RDONLY) = 3')
    expect(lines).toContain(
      'openat(AT_FDCWD, "/etc/nothing-of-this-name", O_RDONLY) = -1 ENOENT (No such file or directory)',
    )
    expect(lines.at(-2)).toBe('+++ exited with 1 +++')
  })

  test('children are shown with --follow alone, and what the command writes is not mixed in', async () => {
    const command = ['--format', 'jsonl', '--', 'sh', '-c', 'cat /etc/hostname; exit 3']
    const isOfChild = ({ args = [] }: Told) => args.includes('"/etc/hostname"')
    const alone = jsonLines<Told>((await haetae(['trace', ...command], NO_SENSOR)).stdout)
    expect(alone.some(isOfChild)).toBe(false)
    expect(new Set(alone.map(({ pid }) => pid)).size).toBe(1)
    const began = Date.now()
    const followed = jsonLines<Told>((await haetae(['trace', '-f', ...command], NO_SENSOR)).stdout)
    const opened = followed.find(isOfChild)
    expect(opened).toMatchObject({ kind: 'call', name: 'openat', errno: null })
    expect(Date.parse(opened?.time ?? '')).toBeGreaterThanOrEqual(began - 1)
    expect(followed.filter(({ kind }) => kind === 'exit').map(({ status }) => status)).toEqual([0, 3])
  })

  test('counts are those of strace itself', async () => {
    const program = ['cat', '/etc/hostname', '/etc/nothing-of-this-name']
    const { stderr } = spawnSync('strace', ['-c', ...program], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    })
    const theirs = [...stderr.matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(\d+)? +(\w+)$/gm)]
      .map(([, calls, errors, name]) => `${name} ${calls} ${errors ?? 0}`)
      // Of a call that never returns strace makes no count.
      .filter((line) => !line.startsWith('total'))
    const { stdout } = await haetae(['trace', '-c', '--format', 'json', '--', ...program], NO_SENSOR)
    const { calls } = JSON.parse(stdout) as {
      calls: { name: string; calls: number; errors: number }[]
    }
    expect(calls.map(({ name, calls, errors }) => `${name} ${calls} ${errors}`).sort()).toEqual(theirs.sort())
  })

  test('a process that runs is let go at the end, and its threads are its own', async () => {
    // Another thread than the first one makes the calls.
    const script = `
      const { Worker } = require('node:worker_threads')
      new Worker("setInterval(() => require('node:fs').existsSync('/nothing-of-a-thread'), 20)", { eval: true })`
    const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' })
    const run = start(['trace', '-p', String(child.pid), '--format', 'jsonl'], NO_SENSOR)
    const ofThread = () =>
      jsonLines<Told>(run.stdout().slice(0, run.stdout().lastIndexOf('\n') + 1)).find(({ args = [] }) =>
        args.includes('"/nothing-of-a-thread"'),
      )
    await run.until(() => ofThread() !== undefined)
    expect(ofThread()).toMatchObject({ pid: child.pid, errno: 'ENOENT' })
    expect(ofThread()?.tid).not.toBe(child.pid)
    await run.stopsWith(0)
    const traced = /^TracerPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
    expect(traced).toBe('0')
    child.kill('SIGKILL')
  })

  test('a signal that ends the command is told', async () => {
    const { stdout } = await haetae(
      ['trace', '--format', 'jsonl', '--', 'sh', '-c', 'kill -TERM $$'],
      NO_SENSOR,
    )
    expect(jsonLines<Told>(stdout).at(-1)).toMatchObject({ kind: 'exit', status: 0, signal: 15 })
  })

  test.skipIf(!isRoot)('a user without rights traces what is theirs, and nothing else', async () => {
    const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--inh-caps=-all']
    // The folder for temporary files of whoever runs the tests may be closed to others.
    const open = { TMPDIR: '/tmp' }
    const own = start(['trace', '--', 'cat', '/etc/hostname'], open, nobody)
    expect(await own.ended).toBe(0)
    expect(own.stderr()).toContain('haetae-sensor needs root')
    expect(own.stdout()).toContain('openat(AT_FDCWD, "/etc/hostname", O_RDONLY) = 3')
    const other = start(['trace', '-p', String(process.pid)], open, nobody)
    expect(await other.ended).toBe(3)
    expect(other.stderr()).toMatch(/strace cannot trace this \(.*Operation not permitted\)/)
  })
})

test('where there is neither the sensor nor strace, it is said what to install', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-no-strace-'))
  chmodSync(folder, 0o755)
  for (const name of ['sh', 'find', 'readlink']) {
    const { stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' })
    symlinkSync(stdout.trim(), join(folder, name))
  }
  const { stderr, status } = await haetae(['trace', '--', 'true'], { ...NO_SENSOR, PATH: folder })
  rmSync(folder, { recursive: true })
  expect(status).toBe(2)
  expect(stderr).toContain('ERR_NO_SENSOR')
  expect(stderr).toContain('there is no strace; apt-get install strace has it')
})
