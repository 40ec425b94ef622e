import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasBpftrace, WITH_TRACEFS } from '../setup/bpftrace.ts'
import { haetae } from '../setup/haetae.ts'
import { needs } from '../setup/needs.ts'
import { childOf, endLeftovers, jsonLines, type Running, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { type Alert, alertsOf, isOfCat } from './alerts.ts'

const UPSTREAM = join(
  process.env['HAETAE_CORPUS'] ?? join(import.meta.dirname, '../../../shared/corpus'),
  'falco-rules/rules/falco_rules.yaml',
)

const RULES = `
- rule: Program
  desc: a program runs
  condition: evt.type = execve and proc.name = sleep and proc.args contains 7.25
  output: '%proc.cmdline run by %proc.pname'
  priority: WARNING
- rule: User
  desc: a process takes on another user
  condition: evt.type = setresuid and evt.arg.euid = 4711
  output: '%proc.name'
  priority: WARNING
- rule: File
  desc: a file is opened
  condition: evt.type in (open, openat) and fd.name = /etc/shadow
  output: opened
  priority: WARNING
`

const isRoot = process.getuid?.() === 0
const NO_SENSOR = { HAETAE_SENSOR: '/nothing/haetae-sensor' }
let folder = ''
let rules = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-fallbacks-'))
  rules = join(folder, 'rules.yaml')
  writeFileSync(rules, RULES)
  // One who reads them is another user, whatever the umask.
  chmodSync(folder, 0o755)
  chmodSync(rules, 0o644)
})
afterEach(endLeftovers)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function isKnownCat(alert: Alert): boolean {
  return isOfCat(alert) && alert.output_fields['proc.cmdline'] === 'cat /etc/shadow'
}

describe('bpftrace', needs(hasBpftrace() && existsSync(UPSTREAM), 'there is no bpftrace, or no root'), () => {
  test.each([
    ['asked for', ['--sensor', 'bpftrace'], {}],
    ['chosen', [], NO_SENSOR],
  ])('%s: alerts of rules about files, links and programs', async (how, options, environment) => {
    const run = start(
      ['detect', '--live', ...options, '--rules', UPSTREAM, '-f', 'jsonl'],
      environment,
      WITH_TRACEFS,
    )
    const link = join(folder, `link-${how.replace(' ', '-')}`)
    await run.until(() => {
      spawnSync('cat', ['/etc/shadow'])
      rmSync(link, { force: true })
      spawnSync('ln', ['-s', '/etc/shadow', link])
      return (
        // Its probes begin one after the other: the first cat may have been opening before programs were seen to run.
        alertsOf(run, 'Read sensitive file untrusted').some(isKnownCat) &&
        alertsOf(run, 'Create Symlink Over Sensitive Files').length > 0
      )
    })
    expect(run.stderr()).toMatch(
      /bpftrace is the sensor: of texts it sees 200 bytes.* does not see .*connect/,
    )
    if (how === 'chosen') expect(run.stderr()).toContain('there is no sensor at /nothing/haetae-sensor')
    await run.stop()
    expect(alertsOf(run, 'Read sensitive file untrusted').find(isKnownCat)?.output_fields).toMatchObject({
      'fd.name': '/etc/shadow',
      'proc.name': 'cat',
      'proc.cmdline': 'cat /etc/shadow',
      'user.name': 'root',
    })
  })
})

test(
  'a bpftrace that is killed is started again, and the gap told',
  needs(hasBpftrace(), 'there is no bpftrace, or no root'),
  async () => {
    const run = start(
      ['detect', '--live', '--sensor', 'bpftrace', '-r', rules, '-f', 'jsonl'],
      {},
      WITH_TRACEFS,
    )
    await killAndSeeAgain(run, 'bpftrace')
    // What was not seen meanwhile is a loss.
    await run.stopsWith(3)
    expect(alertsOf(run, 'Haetae internal: sensor stopped')[0]?.output_fields).toMatchObject({
      'haetae.gap.cause': 'SIGKILL',
    })
  },
)

const { path: binary, otherwise } = sensorBinary()

/** As on a kernel that does not describe its types. */
const WITHOUT_BTF = ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /sys/kernel/btf; exec "$@"', 'sh']

test.each(['en', 'ko'])(
  'the sensor by its name, where the kernel does not describe its types: said so (%s)',
  needs(binary !== undefined, otherwise),
  async (language) => {
    const detect = ['detect', '--live', '--sensor', 'ebpf', '-r', rules, '-f', 'jsonl', '--lang', language]
    const trace = ['trace', '--sensor', 'ebpf', '--lang', language, '--', 'true']
    const said =
      language === 'en' ? 'there is no /sys/kernel/btf/vmlinux' : '/sys/kernel/btf/vmlinux가 없습니다'
    for (const call of [detect, trace]) {
      const run = start(call, {}, WITHOUT_BTF)
      expect(await run.ended).toBe(3)
      expect(run.stderr()).toContain(said)
      expect(run.stderr()).not.toContain('No such process')
    }
  },
)

describe('the process connector', needs(binary !== undefined, otherwise), () => {
  const detect = (options: readonly string[]) => ['detect', '--live', ...options, '-r', rules, '-f', 'jsonl']

  test('chosen where there is neither BTF nor bpftrace: programs, and changes of users', async () => {
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    // What the command's own script and the test itself run; nothing else is to be found.
    for (const name of ['sh', 'unshare', 'mount', 'find', 'readlink'])
      symlinkSync(pathOf(name), join(bin, name))
    const run = start(detect([]), { PATH: bin }, WITHOUT_BTF)
    await run.until(() => {
      spawnSync('setpriv', ['--reuid', '4711', '--clear-groups', 'sleep', '1', '7.25e-3'])
      return alertsOf(run, 'Program').length > 0 && alertsOf(run, 'User').length > 0
    })
    expect(run.stderr()).toContain('there is no /sys/kernel/btf/vmlinux; next is bpftrace')
    expect(run.stderr()).toContain("next is the kernel's process connector")
    expect(run.stderr()).toContain("the kernel's process connector is the sensor")
    expect(run.stderr()).toMatch(/does not see .*openat.*; 1 of 3 rules cannot match/)
    // 3 where a process was gone before /proc was asked, which is told as a loss.
    expect([0, 3]).toContain(await run.stop())
    expect(alertsOf(run, 'Program')[0]?.output_fields).toMatchObject({
      'proc.cmdline': 'sleep 1 7.25e-3',
      'proc.pname': expect.stringMatching(/^(node|MainThread|vitest)/),
    })
  })

  test('killed: started again, and the gap is told', async () => {
    const run = start(detect(['--sensor', 'connector']))
    await killAndSeeAgain(run, '--proc-connector')
    await run.stop()
    expect(alertsOf(run, 'Haetae internal: sensor stopped')[0]?.output_fields).toMatchObject({
      'haetae.gap.cause': 'SIGKILL',
    })
  })

  test('within a namespace of pids of its own the kernel does not answer, which is said', async () => {
    const run = start(detect(['--sensor', 'connector']), {}, ['unshare', '--pid', '--fork', '--mount-proc'])
    expect(await run.ended).toBe(2)
    expect(run.stderr()).toContain('ERR_NO_SENSOR')
    expect(run.stderr()).toContain("the kernel's process connector does not answer")
  })
})

/** Kills a sensor that has told of a program, and waits for the gap to be told, and for a program after it. */
async function killAndSeeAgain(run: Running, sensor: string): Promise<void> {
  const seen = () => {
    spawnSync('sleep', ['0.3', '7.25e-3'])
    return alertsOf(run, 'Program').length
  }
  await run.until(() => seen() > 0)
  process.kill(childOf(run, sensor), 'SIGKILL')
  await run.until(() => alertsOf(run, 'Haetae internal: sensor gap').length > 0)
  const before = alertsOf(run, 'Program').length
  await run.until(() => seen() > before)
}

/** Where a program is that must be there. */
function pathOf(program: string): string {
  const { stdout } = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' })
  return stdout.trim()
}

describe('/proc', () => {
  async function seesPrograms(run: Running): Promise<void> {
    await run.until(() => {
      spawnSync('sleep', ['0.3', '7.25e-3'])
      return alertsOf(run, 'Program').length > 0
    })
    expect(run.stderr()).toContain('/proc is the sensor, looked at ten times a second')
    expect(run.stderr()).toContain('2 of 3 rules cannot match')
    await run.stopsWith(0)
    expect(alertsOf(run, 'Program')[0]?.output_fields).toMatchObject({
      'proc.cmdline': 'sleep 0.3 7.25e-3',
    })
  }
  const detect = (options: readonly string[]) => ['detect', '--live', ...options, '-r', rules, '-f', 'jsonl']

  test('asked for: programs that begin', () => seesPrograms(start(detect(['--sensor', 'proc']))))

  test('chosen where there is neither the sensor nor bpftrace', async () => {
    const run = start(detect([]), { ...NO_SENSOR, PATH: `${folder}:/nothing` })
    await seesPrograms(run)
    if (isRoot) {
      expect(run.stderr()).toContain('there is no sensor at /nothing/haetae-sensor')
      expect(run.stderr()).toContain('there is no bpftrace')
    }
  })

  test.skipIf(!isRoot)('chosen without root, which is said of both others', async () => {
    const run = start(detect([]), NO_SENSOR, [
      ...['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--inh-caps=-all'],
    ])
    await seesPrograms(run)
    expect(run.stderr()).toContain('haetae-sensor needs root')
    expect(run.stderr()).toContain('bpftrace needs root')
  })
})

test('a sensor that is asked for and cannot run is an error, and none is taken in its place', async () => {
  const run = await haetae(['detect', '--live', '--sensor', 'bpftrace', '-r', rules], {
    PATH: '/bin/nothing',
  })
  expect(run.stderr).toContain('ERR_NO_SENSOR')
  expect(run.status).toBe(2)
})

test.each([
  ['trace', ['trace', '--sensor', 'proc', '--', 'true']],
  ['profile', ['profile', '--live', '--sensor', 'bpftrace']],
])('haetae %s: a sensor that does not tell what it asks for is an error', async (_, args) => {
  const { stderr, status } = await haetae(args)
  expect(stderr).toContain('ERR_OPTION_VALUE')
  expect(status).toBe(2)
})

test('haetae profile needs the sensor of our own, and says what is in its way', async () => {
  const { stderr, status } = await haetae(['profile', '--live'], NO_SENSOR)
  expect(stderr).toContain('ERR_NO_SENSOR')
  if (isRoot) expect(stderr).toContain('there is no sensor at /nothing/haetae-sensor: build it with')
  expect(status).toBe(2)
})

interface Line {
  readonly type: string
  readonly fields: Readonly<Record<string, unknown>>
}

describe('haetae capture', () => {
  /** Runs until a program that is run here again and again stands in the file. */
  async function untilRecorded(run: Running, file: string): Promise<readonly Line[]> {
    const lines = () => (existsSync(file) ? jsonLines<Line>(readFileSync(file, 'utf8')) : [])
    const isSleep = ({ type, fields }: Line) =>
      type === 'execve' && String(fields['proc.cmdline']).startsWith('sleep 0.3 7.25')
    await run.until(() => {
      spawnSync('sleep', ['0.3', '7.25e-3'])
      return lines().some(isSleep)
    })
    return lines()
  }

  test('from /proc, where neither the sensor nor bpftrace is there: said aloud, with what it sees', async () => {
    const file = join(folder, 'proc.jsonl')
    const run = start(['capture', '-o', file], { ...NO_SENSOR, PATH: `${folder}:/nothing` })
    await untilRecorded(run, file)
    await run.stopsWith(0)
    expect(run.stderr()).toContain('/proc is the sensor, looked at ten times a second')
    expect(run.stderr()).toContain('it sees these alone: execve, procexit')
  })

  test(
    'by bpftrace: of the events that the rules ask for',
    needs(hasBpftrace(), 'there is no bpftrace, or no root'),
    async () => {
      const file = join(folder, 'bpftrace.jsonl')
      const run = start(['capture', '-r', rules, '-o', file], NO_SENSOR, WITH_TRACEFS)
      const lines = await untilRecorded(run, file)
      await run.stopsWith(0)
      expect(run.stderr()).toContain('bpftrace is the sensor: of texts it sees 200 bytes')
      expect(run.stderr()).toContain('it sees these alone: execve, open, openat')
      expect(new Set(lines.map(({ type }) => type))).not.toContain('procexit')
    },
  )

  test('one container alone needs the sensor of our own', async () => {
    const { stderr, status } = await haetae(['capture', '--pod', 'shop/web'], NO_SENSOR)
    expect(stderr).toContain('ERR_OPTION_NEEDS')
    expect(status).toBe(2)
  })
})
