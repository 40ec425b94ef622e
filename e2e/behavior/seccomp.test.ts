import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'

const HAETAE = join(import.meta.dirname, '../../bin/haetae')
const BUSYBOX = '/bin/busybox'
const isPossible = hasRunc() && existsSync(BUSYBOX) && isStatic() && process.getuid?.() === 0

function hasRunc(): boolean {
  return spawnSync('runc', ['--version']).error === undefined
}

function isStatic(): boolean {
  return spawnSync('ldd', [BUSYBOX], { encoding: 'utf8' }).stderr.includes('not a dynamic executable')
}

/** What a statically linked program that copies a file to its output calls. */
const CAT = [
  ...['execve', 'brk', 'arch_prctl', 'set_tid_address', 'set_robust_list', 'rseq', 'prlimit64', 'readlink'],
  ...['getrandom', 'mprotect', 'mmap', 'munmap', 'prctl', 'getuid', 'openat', 'read', 'write', 'sendfile'],
  ...['close', 'fstat', 'newfstatat', 'exit_group', 'uname'],
]

const USE = { first: 0, last: 60_000, slices: 10 }
/** Of a container that ran already: it has none of what a program calls to start. */
const LATE = {
  format: 'haetae-recording/1',
  container: { id: 'a1b2c3d4e5f6', name: 'web', image: '', pod: '', namespace: '' },
  ...{ begin: 0, end: 90_000, startedAt: null, tellsAllCalls: true, tellsCapabilities: true, lost: 0 },
  ...{ calls: { read: USE, write: USE, sendfile: USE }, capabilities: {}, users: [], written: [], read: [] },
  ...{ ports: [], setIdPrograms: [], changesUser: false, rootOnly: [], hasCompatCalls: false, cut: [] },
}

/** Real runc, with and without no_new_privs: it loads the filter at another place then. */
describe.each([true, false])(
  'a profile of haetae eval seccomp in runc, no_new_privs %s',
  needs(isPossible, 'no runc, no static busybox, or not root'),
  (noNewPrivileges) => {
    let bundle = ''
    beforeAll(() => {
      bundle = mkdtempSync(join(tmpdir(), 'haetae-seccomp-'))
      mkdirSync(join(bundle, 'rootfs/bin'), { recursive: true })
      copyFileSync(BUSYBOX, join(bundle, 'rootfs/bin/busybox'))
      writeFileSync(join(bundle, 'rootfs/hello'), 'hello\n')
      spawnSync('runc', ['spec'], { cwd: bundle })
    })
    afterAll(() => rmSync(bundle, { recursive: true, force: true }))

    function run(base: string, ...args: readonly string[]) {
      const { stdout } = spawnSync(HAETAE, ['eval', 'seccomp'], {
        input: `${JSON.stringify({ syscalls: CAT, base })}\n`,
        encoding: 'utf8',
      })
      return runUnder(JSON.parse(stdout), ...args)
    }

    function runUnder(seccomp: unknown, ...args: readonly string[]) {
      const config = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8'))
      Object.assign(config.process, { args: ['/bin/busybox', ...args], terminal: false, noNewPrivileges })
      Object.assign(config.root, { readonly: false })
      Object.assign(config.linux, { seccomp, cgroupsPath: '/haetae-seccomp' })
      writeFileSync(join(bundle, 'config.json'), JSON.stringify(config))
      return spawnSync('runc', ['--root', join(bundle, 'state'), 'run', `haetae-${process.pid}`], {
        cwd: bundle,
        input: '',
        encoding: 'utf8',
        timeout: 60_000,
      })
    }

    test('lets the container start and do what is allowed', () => {
      for (let times = 0; times < 2; times++) {
        const { stdout, stderr } = run('containerd', 'cat', '/hello')
        expect(stderr).toBe('')
        expect(stdout).toBe('hello\n')
      }
    })

    test('of a recording without a start lets it start all the same, and refuses what is not of a start', () => {
      const recording = join(bundle, 'recording.jsonl')
      writeFileSync(recording, `${JSON.stringify(LATE)}\n`)
      const { stdout } = spawnSync(HAETAE, ['profile', '--recording', recording, '--format', 'json'], {
        encoding: 'utf8',
      })
      const { seccomp, completeness } = JSON.parse(stdout)
      expect(completeness).toMatchObject({ estimate: null, isStartSeen: false })
      const script = 'echo started > /started; exec /bin/busybox cat /started'
      const started = runUnder(seccomp, 'sh', '-c', script)
      expect(started.stderr).toBe('')
      expect(started.stdout).toBe('started\n')
      const refused = runUnder(seccomp, 'sh', '-c', 'exec /bin/busybox mkdir /folder')
      expect(refused.stderr).toContain('Operation not permitted')
      expect(refused.status).toBe(1)
    })

    test('refuses what is not', () => {
      const { status, stderr } = run('docker', 'mkdir', '/folder')
      expect(stderr).toContain('Operation not permitted')
      expect(status).toBe(1)
    })

    test.skipIf(noNewPrivileges)('without the runtime’s own calls the container does not start', () => {
      expect(run('none', 'cat', '/hello').status).not.toBe(0)
    })
  },
)
