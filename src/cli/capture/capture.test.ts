import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const MAIN = join(import.meta.dirname, '../main.ts')
const FOLDER =
  process.env['HAETAE_CONFORMANCE'] ?? join(import.meta.dirname, '../../../../shared/conformance')
const SCENARIO = join(FOLDER, 'scap/scen.scap')
const isThere = existsSync(SCENARIO)
if (!isThere) console.warn(`skipped: no capture at ${SCENARIO}`)

const RULES = `
- rule: Shadow
  desc: reads the passwords
  condition: evt.type in (open, openat, openat2) and evt.is_open_read = true and fd.name = /etc/shadow and fd.num >= 0
  output: read by %proc.name under %proc.aname[2]
  priority: WARNING
`

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-capture-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function haetae(args: readonly string[], input: string | Buffer = '') {
  const { stdout, stderr, status } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    input,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LC_ALL: 'C' },
  })
  return { stdout, stderr, status }
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

interface Alert {
  readonly time: string
  readonly output: string
  readonly hostname: string
}

function alertsOf(text: string): Alert[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Alert)
}

describe.skipIf(!isThere)('a capture', () => {
  test('is held against rules, and what it becomes as JSON lines gives the same alerts', () => {
    const rules = file('rules.yaml', RULES)
    const direct = haetae(['detect', '-e', SCENARIO, '-r', rules, '-q', '-f', 'jsonl'])
    expect(direct.stderr).toBe('')
    expect(direct.status).toBe(0)
    const alerts = alertsOf(direct.stdout)
    expect(alerts[0]).toMatchObject({
      time: '2025-01-15T12:00:00.003562000Z',
      hostname: 'host',
      output:
        '12:00:00.003562000: Warning read by cat under sshd container_id=host container_name=<NA> container_image_repository=<NA> container_image_tag=<NA> k8s_pod_name=<NA> k8s_ns_name=<NA>',
    })

    const lines = join(folder, 'events.jsonl')
    const captured = haetae(['capture', '-e', SCENARIO, '-o', lines])
    expect(captured).toEqual({ stdout: '', stderr: '355 events written\n', status: 0 })
    const replayed = alertsOf(haetae(['detect', '-e', lines, '-r', rules, '-q', '-f', 'jsonl']).stdout)
    expect(replayed.map(({ time }) => time)).toEqual(alerts.map(({ time }) => time))
    expect(replayed[0]?.output).toBe('12:00:00.003562000: Warning read by cat under sshd')
  })

  test('from standard input, compressed', () => {
    const zipped = gzipSync(readFileSync(SCENARIO))
    const { stdout, status } = haetae(['capture', '-q', '-e', '-'], zipped)
    expect(stdout.split('\n')).toHaveLength(356)
    expect(JSON.parse(stdout.slice(0, stdout.indexOf('\n')))).toMatchObject({
      num: 1,
      tid: 1000,
      type: 'clone',
    })
    expect(status).toBe(0)
  })

  test('that is cut: what stands before is evaluated, and the status says so', () => {
    const cut = file('cut.scap', readFileSync(SCENARIO).subarray(0, 60_001))
    const { stdout, stderr, status } = haetae([
      'detect',
      '-e',
      cut,
      '-r',
      file('r.yaml', RULES),
      '-q',
      '-f',
      'jsonl',
    ])
    expect(alertsOf(stdout).length).toBeGreaterThan(0)
    expect(stderr).toContain('the capture ends within a block, at byte 60001')
    expect(status).toBe(3)
  })

  test('does not go together with text', () => {
    const text = file('a.jsonl', '{"fields":{}}\n')
    expect(haetae(['detect', '-e', SCENARIO, text]).stderr).toContain('ERR_INPUT')
  })
})

test('a size is not exceeded, and no line is cut', () => {
  const line = '{"fields":{"evt.type":"open"}}\n'
  const { stdout, stderr, status } = haetae(['capture', '-e', '-', '--max-size', '100'], line.repeat(10))
  expect(stdout).toBe(line.repeat(3))
  expect(stderr).toContain('3 events written')
  expect(status).toBe(0)
})

describe('a pipe as output', () => {
  const LINE = '{"fields":{"evt.type":"open"}}\n'
  const lines = LINE.repeat(20_000)
  const shell = (script: string) =>
    spawnSync('sh', ['-c', script, 'sh', process.execPath, MAIN, 'capture', '-e', '-'], {
      cwd: folder,
      encoding: 'utf8',
      input: lines,
      env: { ...process.env, LC_ALL: 'C' },
    })

  test.each([
    ['whose reader comes late', 'mkfifo pipe; (sleep 1; cat pipe > out) & "$@" -o pipe; wait'],
    ['whose reader is slow', 'mkfifo pipe; (exec < pipe; sleep 1; cat > out) & "$@" -o pipe; wait'],
    ['that is standard output, and whose reader is slow', '"$@" | (sleep 1; cat > out)'],
    ['that is named by its descriptor', '"$@" -o /dev/stdout | cat > out'],
  ])('%s is given all lines', (_, script) => {
    expect(shell(script).stderr).toBe('20000 events written\n')
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe(lines)
  })

  test('whose reader has had enough ends it: silently where it is standard output, as an error else', () => {
    expect(shell('{ "$@"; echo $? >&2; } | head -c 100 > out').stderr).toBe('3\n')
    const named = shell('mkfifo pipe; head -c 100 pipe > out & "$@" -o pipe; echo $? >&2; wait')
    expect(named.stderr).toContain('ERR_OUTPUT')
    expect(named.stderr).toMatch(/2\n$/)
  })
})

describe('other forms', () => {
  test('strace is known by itself', () => {
    const trace = file('trace.txt', '7 1736942400.000001 openat(AT_FDCWD, "/etc/shadow", O_RDONLY) = 3\n')
    const { stdout, status } = haetae(['detect', '-e', trace, '-r', file('r.yaml', RULES), '-q'])
    expect(stdout).toBe('12:00:00.000001000: Warning read by <NA> under <NA>\n')
    expect(status).toBe(0)
  })

  test('what is no event is told', () => {
    const { stdout, stderr, status } = haetae(
      ['capture', '-e', '-'],
      '{"fields":{"evt.type":"open"}}\nnonsense\n',
    )
    expect(stdout).toBe('{"fields":{"evt.type":"open"}}\n')
    expect(stderr).toBe('-:2: this line is neither JSON nor a line of strace\n1 event written\n')
    expect(status).toBe(3)
  })

  test.each([
    ['two inputs', ['-e', '-', '--live'], 'ERR_INPUT'],
    ['a time for files', ['-e', '-', '--for', '5s'], 'ERR_OPTION_NEEDS'],
    ['a sensor for files', ['-e', '-', '--sensor', 'proc'], 'ERR_OPTION_NEEDS'],
    ['no size', ['-e', '-', '--max-size', '10 apples'], 'ERR_OPTION_VALUE'],
    ['no such folder', ['-e', '-', '-o', '/does/not/exist'], 'ERR_OUTPUT'],
    ['a full disk', ['-e', '-', '-o', '/dev/full'], 'ERR_OUTPUT'],
  ])('%s', (_, args, code) => {
    const { stderr, status } = haetae(['capture', ...args], '{"fields":{"evt.type":"open"}}\n')
    expect(stderr).toContain(code)
    expect(status).toBe(2)
  })
})
