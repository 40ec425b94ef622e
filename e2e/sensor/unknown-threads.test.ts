import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { removeGroup } from '../setup/control-group.ts'
import { needs } from '../setup/needs.ts'
import { endLeftovers, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { alertsOf } from './alerts.ts'

const { path: sensor, otherwise } = sensorBinary()

/** Waits for a line, makes a call that a rule is about, and ends. */
const ACTOR = `
import os, sys
print('ready', flush=True)
sys.stdin.readline()
try:
    os.chroot('/haetae-unknown')
except OSError:
    pass
`

/** Makes more events than there is room for, then a child, which waits for a line, and makes a call that a rule is about. */
const FLOOD = `
import os, sys
print('ready', flush=True)
sys.stdin.readline()
for _ in range(5000):
    try:
        os.chroot('/haetae-flood' + 'x' * 4000)
    except OSError:
        pass
if os.fork() == 0:
    print('ready', flush=True)
    sys.stdin.readline()
    try:
        os.chroot('/haetae-unknown')
    except OSError:
        pass
    os._exit(0)
os.wait()
`

const OWN_NAME = readFileSync('/proc/self/comm', 'utf8').trim()

const RULE = `
- rule: Acted
  desc: a call that the program alone makes
  condition: evt.type = chroot and evt.arg.path = /haetae-unknown
  output: "%proc.name|%proc.args|%user.uid|%user.loginuid|%proc.cwd|%proc.pname"
  priority: WARNING
`

const ENDS = `
- rule: Acted
  desc: a program ended
  condition: evt.type = procexit and proc.name startswith python3
  output: "%proc.name|%user.uid|%proc.cwd|%proc.pname"
  priority: WARNING
`

type Program = ChildProcessByStdio<Writable, Readable, null>

describe('a thread whose beginning the sensor did not tell', needs(sensor, otherwise), () => {
  let folder = ''
  const programs: Program[] = []

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-unknown-'))
    writeFileSync(join(folder, 'rules.yaml'), RULE)
  })
  const endPrograms = () => {
    for (const program of programs.splice(0)) program.kill('SIGKILL')
  }
  afterEach(() => {
    endPrograms()
    endLeftovers()
    rmSync(folder, { recursive: true, force: true })
  })

  test('is known although it ends before the processes are read', async () => {
    // The sensor reads the users before the processes; it waits for who writes them.
    const users = join(folder, 'etc/passwd')
    mkdirSync(join(folder, 'etc'))
    writeFileSync(join(folder, 'etc/group'), '')
    expect(spawnSync('mkfifo', [users]).status).toBe(0)

    // The shell ends with the program, too.
    const script = 'cd /var; python3 -c "$0" haetae-actor; exit 0'
    const actor = await begin('bash', ['-c', script, ACTOR])
    const detect = start(
      ['detect', '--live', '--sensor', sensor ?? '', '-r', join(folder, 'rules.yaml'), '-f', 'jsonl'],
      { HOST_ROOT: folder },
    )
    const writer = await open(users, 'w')
    const ended = once(actor, 'close')
    actor.stdin.end('go\n')
    await ended
    writeFileSync(`${users}.later`, 'root:x:0:0::/root:/bin/sh\n')
    renameSync(`${users}.later`, users)
    await writer.close()

    await detect.until(() => alertsOf(detect, 'Acted').length > 0)
    await detect.stopsWith(0)
    expect(seenIn(detect.stdout())).toEqual([expectedOf('/var/', 'bash')])
  })

  test('is known although it came into the control group only later', async () => {
    const group = makeGroup()
    try {
      const actor = await begin('python3', ['-c', ACTOR, 'haetae-actor'])
      const stream = join(folder, 'stream.scap')
      const watch = await beginSensor(stream, ['--calls', 'chroot', '--cgroup', group.option])
      writeFileSync(join(group.path, 'cgroup.procs'), String(actor.pid))
      await letAct(actor)
      await watch.end()
      expect(await acted(stream)).toEqual([expectedOf(`${process.cwd()}/`, OWN_NAME)])
    } finally {
      endPrograms()
      await removeGroup(group.path)
    }
  })

  test('is known by its end, where that alone is told of it', async () => {
    writeFileSync(join(folder, 'rules.yaml'), ENDS)
    const group = makeGroup()
    try {
      const stream = join(folder, 'stream.scap')
      const watch = await beginSensor(stream, ['--calls', 'procexit', '--cgroup', group.option])
      const actor = await begin('python3', ['-c', ACTOR])
      writeFileSync(join(group.path, 'cgroup.procs'), String(actor.pid))
      await letAct(actor)
      await watch.end()
      expect(await acted(stream)).toEqual([`python3|0|${process.cwd()}/|${OWN_NAME}`])
    } finally {
      endPrograms()
      await removeGroup(group.path)
    }
  })

  test('is known although the event of its beginning was lost for want of room', async () => {
    const flood = await begin('python3', ['-c', FLOOD, 'haetae-actor'])
    const stream = join(folder, 'stream.scap')
    const watch = await beginSensor(stream, ['--calls', 'chroot,clone,execve,procexit'])
    watch.process.kill('SIGSTOP')
    const forked = once(flood.stdout, 'data')
    flood.stdin.write('go\n')
    await forked
    const before = watch.said().length
    watch.process.kill('SIGCONT')
    // It has emptied its buffer before it tells its counts.
    while (!watch.said().slice(before).includes('"stats"')) await once(watch.process.stderr, 'data')
    await letAct(flood)
    await watch.end()
    expect(/"bufferFull":(\d+)/.exec(watch.said().slice(before))?.[1]).not.toBe('0')
    expect(await acted(stream)).toEqual([expectedOf(`${process.cwd()}/`, 'python3')])
  })

  /** A program that has said that it is ready. */
  async function begin(command: string, args: readonly string[]): Promise<Program> {
    const program = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    programs.push(program)
    await once(program.stdout, 'data')
    return program
  }

  /** The alerts of a stream that the sensor wrote. */
  async function acted(stream: string): Promise<readonly string[]> {
    const detect = start(['detect', '--events', stream, '-r', join(folder, 'rules.yaml'), '-f', 'jsonl'])
    expect(await detect.ended).toBe(0)
    return seenIn(detect.stdout())
  }
})

async function letAct(program: Program): Promise<void> {
  const ended = once(program, 'close')
  program.stdin.end('go\n')
  await ended
}

/** What a rule shows of the program, and of a login as this process has it. */
function expectedOf(cwd: string, parent: string): string {
  const login = spawnSync('cat', ['/proc/self/loginuid'], { encoding: 'utf8' }).stdout
  const shown = login === '4294967295' || login === '' ? '-1' : login
  return `python3|-c SCRIPT haetae-actor|0|${shown}|${cwd}|${parent}`
}

function seenIn(stdout: string): readonly string[] {
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { readonly output: string }).output)
    .map((output) => output.replace(/-c .*? haetae-actor/s, '-c SCRIPT haetae-actor'))
    .map((output) => output.replace(/^.*Warning /, '').replace(/ container_id=.*$/, ''))
}

/** The sensor, which looks at processes, and writes into a file. */
async function beginSensor(file: string, options: readonly string[]) {
  const output = openSync(file, 'w')
  const child = spawn(sensor ?? '', options, { stdio: ['pipe', output, 'pipe'] })
  closeSync(output)
  const ended = once(child, 'close')
  let said = ''
  const { stderr, stdin } = child
  if (stderr === null || stdin === null) throw new Error('it has no pipes')
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  while (!said.includes('"ready"')) await Promise.race([once(stderr, 'data'), failed(ended, () => said)])
  return {
    process: { kill: (signal: NodeJS.Signals) => child.kill(signal), stderr },
    said: () => said,
    async end() {
      stdin.end()
      await ended
    },
  }
}

async function failed(ended: Promise<unknown>, said: () => string): Promise<never> {
  await ended
  throw new Error(`the sensor ended: ${said()}`)
}

/** A control group, and how the sensor is told of it. */
function makeGroup(): { readonly path: string; readonly option: string } {
  const roots = [
    ['pids', '/sys/fs/cgroup/pids'],
    ['unified', '/sys/fs/cgroup/unified'],
    ['unified', '/sys/fs/cgroup'],
  ] as const
  const [hierarchy, root] = roots.find(([, path]) => existsSync(join(path, 'cgroup.procs'))) ?? roots[2]
  const path = mkdtempSync(join(root, 'haetae-unknown-'))
  return { path, option: `${hierarchy}:${statSync(path).ino}` }
}
