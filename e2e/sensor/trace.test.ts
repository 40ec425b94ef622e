import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { haetae } from '../setup/haetae.ts'
import { needs } from '../setup/needs.ts'
import { endLeftovers, jsonLines, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'

interface TraceRecord {
  readonly kind: 'call' | 'exit'
  readonly pid: number
  readonly tid: number
  readonly name?: string
  readonly status?: number
}

const { path: sensor, otherwise } = sensorBinary()
const TRACE = ['trace', '--sensor', sensor ?? '']
const trace = (args: readonly string[]) => haetae([...TRACE, ...args])

/** Without what is another one in each run, and what strace reads from memory and the sensor does not. */
function comparable(line: string): string {
  return line
    .replace(/\{.*?\}(?=[,)])/g, 'ADDRESS')
    .replace(/0x[0-9a-f]{4,}/g, 'ADDRESS')
    .replace(/^(execve\(.*?\]).*(\) += )/, '$1$2')
    .replace(/^(set_tid_address\(.*) = .*/, '$1')
    .replace(/^(rseq\(ADDRESS), 0x20/, '$1, 32')
    .replace(/^getrandom\(.*?, (\d+,)/, 'getrandom(BYTES, $1')
    .replace(/ += /, ' = ')
    .trimEnd()
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(comparable)
}

const hasStrace = spawnSync('strace', ['-V']).status === 0
const WITHOUT_STRACE = 'there is no strace (apt-get install strace)'
const PROGRAM = ['cat', '/etc/hostname', '/etc/nothing-of-this-name']

/** Handlers of signals that end, with few and with many signals blocked. */
const SIGNALS = `
import ctypes, os, signal
signal.signal(signal.SIGUSR1, lambda *_: None)
signal.signal(signal.SIGALRM, lambda *_: None)
os.kill(os.getpid(), signal.SIGUSR1)
signal.pthread_sigmask(signal.SIG_SETMASK, {2, 15, 34, 64})
os.kill(os.getpid(), signal.SIGUSR1)
signal.pthread_sigmask(signal.SIG_SETMASK, set(range(1, 64)) - {10})
os.kill(os.getpid(), signal.SIGUSR1)
# It may come before it is waited for: it is blocked until then (sigsuspend(2)).
signal.setitimer(signal.ITIMER_REAL, 0.01)
ctypes.CDLL(None).sigsuspend(bytes(128))
os._exit(3)
`
/** A thread and a child that end, one after the other: what joins a thread goes on before that has ended. */
const THREAD = `
import os, threading
thread = threading.Thread(target=lambda: None)
thread.start()
thread.join()
while len(os.listdir("/proc/self/task")) > 1: pass
child = os.fork()
if child == 0: os._exit(3)
os.waitpid(child, 0)
os._exit(7)
`

/** The main thread alone ends (exit(2)); another one goes on, which begins one more and waits for its end. */
const MAIN_THREAD_FIRST = `
import ctypes, os, threading
def go_on():
    while open("/proc/self/stat").read().rsplit(")", 1)[1].split()[0] != "Z": pass
    later = threading.Thread(target=lambda: None)
    later.start()
    later.join()
    while len(os.listdir("/proc/self/task")) > 2: pass
    os.chdir("/var")
    os._exit(7)
threading.Thread(target=go_on).start()
ctypes.CDLL(None).syscall(60, 0)
`
/** A thread takes the place of its process. */
const THREAD_EXECUTES = `
import os, threading
threading.Thread(target=lambda: os.execv("/bin/cat", ["cat", "/etc/hostname"])).start()
threading.Event().wait()
`
/** A thread that computes and makes no call, and one that reads lines until one says that the process is to end. */
const BUSY_THREAD = `
import hashlib, os, sys, threading
threading.Thread(target=lambda: hashlib.pbkdf2_hmac("sha256", b"", b"", 1 << 30), daemon=True).start()
while sys.stdin.readline() != "go\\n": pass
os._exit(3)
`

/** Python itself: what stands in its place in the PATH may be a script. */
const python = () =>
  spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout.trim()

describe('haetae trace', needs(sensor, otherwise), () => {
  afterEach(endLeftovers)

  test('shows the calls that strace shows', needs(hasStrace, WITHOUT_STRACE), async () => {
    const folder = mkdtempSync(join(tmpdir(), 'haetae-trace-'))
    const file = join(folder, 'strace.txt')
    // The same kinds of standard output for both: a program asks what it writes to.
    spawnSync('strace', ['-o', file, ...PROGRAM], { env: { ...process.env, LC_ALL: 'C' } })
    const theirs = lines(readFileSync(file, 'utf8'))
    rmSync(folder, { recursive: true })
    const { stdout } = await trace(['--', ...PROGRAM])
    const ours = lines(stdout)
    expect(ours).toEqual(theirs)
  })

  test(
    'ends of handlers and of the process are shown as strace shows them',
    needs(hasStrace, WITHOUT_STRACE),
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'haetae-trace-'))
      const file = join(folder, 'strace.txt')
      const program = [python(), '-c', SIGNALS]
      const ends = (text: string) =>
        text.split('\n').filter((line) => /^(?:rt_sigreturn|exit|exit_group)\(/.test(line))
      spawnSync('strace', ['-o', file, ...program])
      const theirs = ends(readFileSync(file, 'utf8'))
      rmSync(folder, { recursive: true })
      const ours = ends((await trace(['--', ...program])).stdout)
      expect(ours).toEqual(theirs)
      expect(ours).toContain('rt_sigreturn({mask=[INT TERM RT_2 RT_32]}) = 0')
      expect(ours.at(-1)).toBe('exit_group(3)                           = ?')
    },
  )

  test(
    'ends of threads and of children are shown as strace shows them',
    needs(hasStrace, WITHOUT_STRACE),
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'haetae-trace-'))
      const file = join(folder, 'strace.txt')
      const program = [python(), '-c', THREAD]
      spawnSync('strace', ['-f', '-o', file, ...program])
      const theirs = readFileSync(file, 'utf8')
      rmSync(folder, { recursive: true })
      // strace leaves a call unfinished where another thread makes one meanwhile.
      const ends = (text: string) =>
        [...text.matchAll(/^(?:\[pid +)?\d+\]? +(exit(?:_group)?\(\d(?=\) += \?| <unf)|\+\+\+ .*)/gm)].map(
          ([, end]) => end,
        )
      const followed = ends((await trace(['-f', '--', ...program])).stdout)
      expect(followed).toEqual(ends(theirs))
      expect(followed.filter((line) => line?.startsWith('+'))).toEqual(
        [0, 3, 7].map((status) => `+++ exited with ${status} +++`),
      )
      // Without numbers, the end of a thread could be taken for that of the process.
      const { stdout } = await trace(['--', ...program])
      expect(stdout.match(/^\+\+\+ .*$/gm)).toEqual(['+++ exited with 7 +++'])
      const { stdout: records } = await trace(['-f', '--format', 'jsonl', '--', ...program])
      const exits = jsonLines<{ kind: string; pid: number; tid: number; status: number }>(records).filter(
        ({ kind }) => kind === 'exit',
      )
      const own = exits.at(-1)?.pid
      expect(exits.map(({ pid, tid, status }) => [pid === own, tid === own, status])).toEqual([
        [true, false, 0],
        [false, false, 3],
        [true, true, 7],
      ])
    },
  )

  test('a process is shown until its last thread ends, although its main thread ended before', async () => {
    const { stdout } = await trace(['-f', '--format', 'jsonl', '--', python(), '-c', MAIN_THREAD_FIRST])
    const records = jsonLines<TraceRecord>(stdout)
    const own = records[0]?.pid
    const isAbout = ({ kind, pid, name }: TraceRecord) => pid === own && (kind === 'exit' || name === 'chdir')
    expect(
      records
        .filter(isAbout)
        .map(({ kind, tid, status }) => (kind === 'call' ? 'call' : [tid === own, status])),
    ).toEqual([[true, 0], [false, 0], 'call', [false, 7]])
  })

  test('a process is shown further when another thread than the main one runs a program', async () => {
    const { stdout } = await trace(['--', python(), '-c', THREAD_EXECUTES])
    expect(stdout).toMatch(/^openat\(AT_FDCWD, "\/etc\/hostname", O_RDONLY\) = 3$/m)
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('+++ exited with 0 +++')
  })

  test('the end of a thread that made no call while it was watched is one of its process', async () => {
    const child = spawn(python(), ['-c', BUSY_THREAD], { stdio: ['pipe', 'ignore', 'ignore'] })
    const run = start([...TRACE, '--pid', String(child.pid), '--format', 'jsonl'])
    await run.until(() => {
      child.stdin.write('wait\n')
      return run.stdout().includes('"name":"read"')
    })
    child.stdin.end('go\n')
    expect(await run.ended).toBe(0)
    const exits = jsonLines<TraceRecord>(run.stdout()).filter(({ kind }) => kind === 'exit')
    expect(exits.map(({ pid, tid }) => [pid === child.pid, tid === child.pid]).sort()).toEqual([
      [true, false],
      [true, true],
    ])
  })

  test('counts calls and errors as strace -c does', needs(hasStrace, WITHOUT_STRACE), async () => {
    const { stderr } = spawnSync('strace', ['-c', ...PROGRAM], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    })
    const theirs = Object.fromEntries(
      [...stderr.matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(\d+)? +(\w+)$/gm)].map(
        ([, calls, errors, name = '']) => [name, [Number(calls), Number(errors ?? 0)]],
      ),
    )
    const { stdout } = await trace(['-c', '--format', 'json', '--', ...PROGRAM])
    const { calls, total } = JSON.parse(stdout) as {
      calls: { name: string; calls: number; errors: number; seconds: number }[]
      total: { calls: number; errors: number }
    }
    const ours = Object.fromEntries(calls.map(({ name, calls, errors }) => [name, [calls, errors]]))
    expect({ ...ours, total: [total.calls, total.errors] }).toEqual(theirs)
    for (const { seconds } of calls) expect(seconds).toBeGreaterThan(0)
  })

  test('children are shown with --follow alone', async () => {
    const program = ['--', 'sh', '-c', 'cat /etc/hostname; exit 3']
    expect((await trace(program)).stdout).not.toContain('/etc/hostname", O_RDONLY')
    const { stdout } = await trace(['-f', ...program])
    expect(stdout).toMatch(/^\[pid +\d+\] openat\(AT_FDCWD, "\/etc\/hostname", O_RDONLY\) = 3$/m)
    expect(stdout).toMatch(/^\[pid +\d+\] \+\+\+ exited with 3 \+\+\+$/m)
  })

  test('a process that runs already is watched, and not stopped', async () => {
    // It reads a line after the other until one says that it may go on: each reading that is seen says that it is watched.
    const script = 'while read line && [ "$line" != go ]; do :; done; cd /tmp; cat < /etc/hostname'
    const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'] })
    const run = start([...TRACE, '--pid', String(child.pid), '--format', 'jsonl'])
    await run.until(() => {
      child.stdin.write('wait\n')
      return run.stdout().includes('"name":"read"')
    })
    child.stdin.end('go\n')
    const status = await run.ended
    const records = jsonLines<{ kind: string; name?: string; args?: string[] }>(run.stdout())
    expect(records.find(({ name }) => name === 'chdir')?.args).toEqual(['"/tmp"'])
    expect(records.at(-1)).toMatchObject({ kind: 'exit', pid: child.pid, status: 0 })
    expect(status).toBe(0)
  })

  test('without root it says what it needs, and ends with 3', async () => {
    const run = start([...TRACE, '--', 'ls'], {}, [
      ...['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--inh-caps=-all'],
    ])
    expect(await run.ended).toBe(3)
    expect(run.stdout()).toBe('')
    expect(run.stderr()).toContain('it needs root, or CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE')
  })

  test('what cannot be traced is told', async () => {
    for (const [args, code] of [
      [['--pid', '4194305'], 'ERR_NO_PROCESS'],
      [[], 'ERR_TARGET'],
      [['--container', 'no-such-container'], 'ERR_NO_CONTAINER'],
      [['-o', '/nothing/of/this/name', '--', 'true'], 'ERR_OUTPUT'],
      [['--', 'no-such-program'], 'ERR_COMMAND'],
      [['--', '/etc'], 'ERR_COMMAND'],
    ] as const) {
      const { stderr, status } = await trace(args)
      expect(stderr).toContain(code)
      expect(status).toBe(2)
    }
  })
})
