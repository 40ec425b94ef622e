import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

const ROOT = join(import.meta.dirname, '../../..')
const MAIN = join(ROOT, 'src/cli/main.ts')

const RULE = (name: string, condition: string) => `
- rule: ${name}
  desc: a rule
  condition: ${condition}
  output: ${name} by %ka.user.name
  priority: WARNING
  source: k8s_audit
`

let folder = ''
let running: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-detect-'))
})
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  running = []
  rmSync(folder, { recursive: true, force: true })
})

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** As a whole: half a file may already be another set of rules. */
function replace(path: string, text: string): void {
  renameSync(file('replacement', text), path)
}

function event(verb: string, resource: string, more: object = {}): string {
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `${verb}-${resource}-${Math.random()}`,
    stage: 'ResponseComplete',
    verb,
    user: { username: 'jane' },
    objectRef: { resource, namespace: 'shop', name: 'a' },
    responseStatus: { code: 200 },
    stageTimestamp: '2026-01-02T03:04:05.000006Z',
    ...more,
  })
}

function haetae(args: readonly string[], input = '') {
  const { stdout, stderr, status } = spawnSync(process.execPath, [MAIN, 'detect', ...args], {
    encoding: 'utf8',
    input,
    env: { ...process.env, LC_ALL: 'C' },
  })
  return { stdout, stderr, status }
}

/** A detection that runs on, with what it has written so far. */
function start(args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, 'detect', ...args], { env: { ...process.env, LC_ALL: 'C' } })
  running.push(child)
  const written = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    written.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    written.err += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, written, ended }
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 50 })

describe('events that end', () => {
  test('alerts as text, and nothing else on standard output', () => {
    const rules = file('rules.yaml', RULE('Secret read', 'ka.target.resource = secrets'))
    const events = file('audit.log', `${event('get', 'secrets')}\n${event('get', 'pods')}\n`)
    const { stdout, stderr, status } = haetae(['--rules', rules, '--events', events])
    expect(stdout).toBe('03:04:05.000006000: Warning Secret read by jane\n')
    expect(stderr).toBe('1 rule for k8s_audit\n')
    expect(status).toBe(0)
  })

  test('alerts as JSON have the shape of Falco, and the person', () => {
    const rules = file('rules.yaml', RULE('Secret read', 'ka.target.resource = secrets'))
    const { stdout, stderr } = haetae(['-r', rules, '-e', '-', '-q', '-f', 'json'], event('get', 'secrets'))
    const [alert, ...others] = JSON.parse(stdout)
    expect(others).toEqual([])
    expect(stderr).toBe('')
    expect(alert).toEqual({
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      rule: 'Secret read',
      priority: 'Warning',
      source: 'k8s_audit',
      time: '2026-01-02T03:04:05.000006000Z',
      output: '03:04:05.000006000: Warning Secret read by jane',
      output_fields: { 'evt.time': 1767323045000006000, 'ka.user.name': 'jane' },
      tags: [],
      hostname: expect.any(String),
      actor: { name: 'jane' },
    })
  })

  test('the rules that ship are used where none are named', () => {
    const { stdout, stderr } = haetae(['-e', '-', '-f', 'jsonl'], event('get', 'secrets'))
    expect(JSON.parse(stdout)).toMatchObject({ rule: 'Secret Read By A Person', priority: 'Notice' })
    expect(stderr).toMatch(/^\d+ rules for k8s_audit\n$/)
  })

  test('what is no event is told, the rest goes on, and the status says so', () => {
    const rules = file('rules.yaml', RULE('Secret read', 'ka.target.resource = secrets'))
    const { stdout, stderr, status } = haetae(
      ['-r', rules, '-e', '-'],
      `${event('get', 'secrets')}\n{"kind":\n${event('list', 'secrets')}\n`,
    )
    expect(stdout.match(/Secret read/g)).toHaveLength(2)
    expect(stderr).toContain('-:2: ')
    expect(status).toBe(3)
  })

  test('--fail-on', () => {
    const rules = file('rules.yaml', RULE('Secret read', 'ka.target.resource = secrets'))
    const run = (...args: string[]) =>
      haetae(['-r', rules, '-e', '-', ...args], event('get', 'secrets')).status
    expect(run('--fail-on', 'warning')).toBe(1)
    expect(run('--fail-on', 'error')).toBe(0)
    expect(run('--fail-on', 'none')).toBe(0)
    expect(run('--fail-on', 'nonsense')).toBe(2)
  })

  test('--match, --min-priority, --disable and tags choose the rules', () => {
    const rules = file('rules.yaml', RULE('First', 'ka.verb = get') + RULE('Second', 'ka.verb = get'))
    const run = (...args: string[]) =>
      haetae(['-r', rules, '-e', '-', '-q', ...args], event('get', 'pods')).stdout.match(/First|Second/g)
    expect(run()).toEqual(['First'])
    expect(run('--match', 'all')).toEqual(['First', 'Second'])
    expect(run('-D', 'Fir')).toEqual(['Second'])
    expect(run('--min-priority', 'error')).toBeNull()
    expect(run('-t', 'no-such-tag')).toBeNull()
  })

  test('--stats counts events, alerts and outputs', () => {
    const rules = file('rules.yaml', RULE('Secret read', 'ka.target.resource = secrets'))
    const path = join(folder, 'alerts')
    const events = Array.from({ length: 1000 }, (_, index) =>
      event('get', index % 10 === 0 ? 'secrets' : 'pods'),
    )
    const { stdout, stderr } = haetae(
      ['-r', rules, '-e', '-', '-q', '--stats', '-f', 'jsonl', '-o', `file=${path}`],
      events.join('\n'),
    )
    expect(stdout).toBe('')
    expect(JSON.parse(stderr)).toMatchObject({
      events: 1000,
      alerts: 100,
      lost: 0,
      rules: { 'Secret read': 100 },
      outputs: [{ output: `file=${path}`, delivered: 100, dropped: 0, retries: 0 }],
    })
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(101)
  })

  test('system calls', () => {
    const rule = `
- rule: Shell
  desc: a shell
  condition: evt.type = execve and proc.name = sh
  output: shell in %container.name
  priority: NOTICE
`
    const line = '{"num":1,"ts":"1470327477881785348","type":"execve","fields":{"proc.name":"sh"}}\n'
    const { stdout, status } = haetae(['--source', 'syscall', '-r', file('r.yaml', rule), '-e', '-'], line)
    expect(stdout).toBe('16:17:57.881785348: Notice shell in <NA>\n')
    expect(status).toBe(0)
  })

  test('numbers of 64 bits have all their digits in alerts, and where alerts are read again', () => {
    const rule = `
- rule: Long
  desc: more than a number of JavaScript holds
  condition: evt.rawarg.length = 9007199254740993
  output: "%evt.rawarg.length %evt.rawtime"
  priority: NOTICE
`
    const rules = file('r.yaml', rule)
    const fields = '{"evt.rawarg.length":9007199254740993,"evt.rawtime":1470327477881785349}'
    const line = `{"num":1,"ts":1470327477881785349,"type":"init_module","fields":${fields}}\n`
    const near = line.replace('9007199254740993', '9007199254740992')
    const alerts = haetae(['--source', 'syscall', '-r', rules, '-e', '-', '-f', 'jsonl'], `${near}${line}`)
    expect(alerts.stdout.match(/"rule"/g)).toHaveLength(1)
    expect(alerts.stdout).toContain('"time":"2016-08-04T16:17:57.881785349Z"')
    expect(alerts.stdout).toContain(
      '"output_fields":{"evt.rawarg.length":9007199254740993,"evt.rawtime":1470327477881785349,"evt.time":1470327477881785349}',
    )
    const again = haetae(['--source', 'syscall', '-r', rules, '-e', '-'], alerts.stdout)
    expect(again.stdout).toBe('16:17:57.881785349: Notice 9007199254740993 1470327477881785349\n')
  })

  test('standard input shows its source, also where its only line has no end', () => {
    const rule =
      '- rule: Shell\n  desc: d\n  condition: proc.name = sh\n  output: shell\n  priority: NOTICE\n'
    const rules = file('r.yaml', rule)
    const ofSyscall = '{"num":1,"type":"execve","fields":{"proc.name":"sh"}}'
    for (const args of [[], ['--source', 'syscall']])
      for (const end of ['', '\n']) {
        const { stdout, status } = haetae([...args, '-r', rules, '-e', '-', '-q'], `${ofSyscall}${end}`)
        expect(stdout).toMatch(/Notice shell\n$/)
        expect(status).toBe(0)
      }
    expect(haetae(['-e', '-', '-q', '-f', 'jsonl'], event('get', 'secrets')).stdout).toMatch(/^\{.*\}\n$/)
    expect(haetae(['-e', '-', '-q']).status).toBe(0)
  })

  test('what is wrong with rules is told before standard input is waited for', async () => {
    const args = [MAIN, 'detect', '-r', '/does/not/exist', '-e', '-']
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'ignore'] })
    running.push(child)
    expect(await once(child, 'exit')).toEqual([2, null])
  })

  test('a signal is listened to while standard input is waited for', async () => {
    const rules = join(folder, 'rules')
    spawnSync('mkfifo', [rules])
    const args = [MAIN, 'detect', '-r', rules, '-e', '-']
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'ignore'] })
    running.push(child)
    // Once somebody reads the rules, they have been begun to be read.
    await writeFile(rules, RULE('Any', 'ka.verb exists'))
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  test('what is live does not wait for standard input', async () => {
    const args = [MAIN, 'detect', '--live', '--sensor', 'proc', '-e', '-']
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'pipe'] })
    running.push(child)
    await new Promise<void>((done) => {
      let said = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (said.includes('watching: ')) done()
      })
    })
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  test('the first event of system calls may be longer than what is read at once', () => {
    const rule =
      '- rule: Shell\n  desc: d\n  condition: proc.name = sh\n  output: shell\n  priority: NOTICE\n'
    const long = JSON.stringify({
      num: 1,
      type: 'execve',
      fields: { 'proc.name': 'sh', 'proc.args': 'x'.repeat(200_000) },
    })
    const events = `\n${long}\n{"num":2,"type":"execve","fields":{"proc.name":"sh"}}\n`
    const rules = file('long.yaml', rule)
    const ofFile = haetae(['-r', rules, '-e', file('long.jsonl', events)])
    const ofInput = haetae(['--source', 'syscall', '-r', rules, '-e', '-'], events)
    for (const { stdout, stderr, status } of [ofFile, ofInput]) {
      expect(stderr).not.toContain('audit event')
      expect(stdout.match(/Notice shell/g)).toHaveLength(2)
      expect(status).toBe(0)
    }
  })
})

describe('a call that is wrong', () => {
  test.each<[string, string[], RegExp]>([
    ['no input', [], /^haetae: ERR_INPUT/],
    ['two inputs', ['-e', '-', '-l', ':0'], /ERR_INPUT/],
    ['no rule file', ['-r', '/does/not/exist', '-e', '-'], /LOAD_ERR_FILE_READ[\s\S]*ERR_RULES/],
    [
      'a folder without rule files',
      ['-r', '/sys', '-e', '-'],
      /^\/sys: ERR_NO_RULE_FILE: the folder has no \.yaml or \.yml file\n[\s\S]*ERR_RULES/,
    ],
    ['an address', ['-l', 'nonsense'], /ERR_ADDRESS/],
    ['half a certificate', ['-l', ':0', '--tls-cert', 'a'], /ERR_TLS/],
    ['an output', ['-e', '-', '-o', 'carrier-pigeon=coop'], /ERR_OUTPUT/],
    ['a source', ['-e', '-', '--source', 'weather'], /ERR_OPTION_VALUE/],
    ['events on disk of what is no webhook', ['-e', '-', '--spill', 'folder'], /ERR_OPTION_NEEDS.*--listen/],
    ['clients of what is no webhook', ['-e', '-', '--client-ca', 'a'], /ERR_OPTION_NEEDS.*--listen/],
    ['a sensor for recorded events', ['-e', '-', '--sensor', 'proc'], /ERR_OPTION_NEEDS.*--live/],
    ['older files of the kernel', ['--live', '--rotated'], /ERR_OPTION_NEEDS.*--events/],
    ['the kernel for an audit log', ['--live', '--source', 'k8s_audit'], /ERR_OPTION_NEEDS.*--events/],
    ['listening for system calls', ['--source', 'syscall', '-l', ':0'], /ERR_INPUT/],
  ])('%s', (_, args, expected) => {
    const { stdout, stderr, status } = haetae(args)
    expect(stderr).toMatch(expected)
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })

  test('rules that are not valid are shown with their place', () => {
    const rules = file('rules.yaml', RULE('Broken', 'ka.vreb = get'))
    const { stderr, status } = haetae(['-r', rules, '-e', '-'])
    expect(stderr).toContain(`${rules}:4:14: error`)
    expect(status).toBe(2)
  })
})

test.each(['en', 'ko'])(
  'a capture that was ended before it began is no log without a line (%s)',
  (language) => {
    const path = file('empty.scap', '')
    const { stdout, stderr, status } = haetae(['--events', path, '--lang', language])
    expect(stdout).toBe('')
    expect(stderr).toContain(language === 'en' ? `${path}: this is no capture` : `${path}: Falco나`)
    expect(status).toBe(3)
  },
)

describe('events that go on', { timeout: 180_000 }, () => {
  async function post(url: string, ...events: string[]): Promise<number> {
    const items = events.map((text) => JSON.parse(text))
    const body = JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items })
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    return response.status
  }

  async function listening(args: readonly string[]) {
    const process = start(['-l', '127.0.0.1:0', ...args])
    await until(() => expect(process.written.err).toMatch(/listening on \S+/))
    const url = /listening on (\S+)/.exec(process.written.err)?.[1] ?? ''
    return { ...process, url }
  }

  test('the webhook raises alerts at once, and a stop drains', async () => {
    const rules = file('rules.yaml', RULE('Secret read', 'ka.target.resource = secrets'))
    const { child, written, ended, url } = await listening(['-r', rules, '--stats', '-f', 'jsonl'])
    expect(await post(url, event('get', 'secrets'), event('get', 'pods'))).toBe(200)
    await until(() => expect(written.out).toContain('Secret read'))
    await Promise.all(Array.from({ length: 20 }, () => post(url, event('get', 'secrets'))))
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(written.out.trim().split('\n')).toHaveLength(21)
    expect(written.err).toContain('"alerts":21')
  })

  test('rules are replaced when they change, and kept when the new ones are bad', async () => {
    const rules = file('rules.yaml', RULE('Old', 'ka.verb = get'))
    const { child, written, ended, url } = await listening(['-r', rules])
    await post(url, event('get', 'pods'))
    await until(() => expect(written.out).toContain('Old by jane'))
    replace(rules, RULE('Broken', 'ka.vreb = get'))
    await until(() => expect(written.err).toContain('the old ones go on'))
    expect(written.err).toContain('did you mean ka.verb?')
    await post(url, event('get', 'pods'))
    await until(() => expect(written.out.match(/Old by jane/g)).toHaveLength(2))
    replace(rules, RULE('New', 'ka.verb = get'))
    child.kill('SIGHUP')
    await until(() => expect(written.err).toContain('1 of them run from now on'))
    await post(url, event('get', 'pods'))
    await until(() => expect(written.out).toContain('New by jane'))
    child.kill('SIGINT')
    expect(await ended).toBe(0)
  })

  test('a log is followed as it grows', async () => {
    const rules = file('rules.yaml', RULE('Secret read', 'ka.target.resource = secrets'))
    const log = file('audit.log', `${event('get', 'secrets')}\n`)
    const { child, written, ended } = start(['-r', rules, '-e', log, '--follow'])
    await until(() => expect(written.out.match(/Secret read/g)).toHaveLength(1))
    writeFileSync(log, `${event('list', 'secrets')}\n`, { flag: 'a' })
    await until(() => expect(written.out.match(/Secret read/g)).toHaveLength(2))
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  test('standard input that does not end is stopped', async () => {
    const rules = file('rules.yaml', RULE('Secret read', 'ka.target.resource = secrets'))
    const { child, written, ended } = start(['-r', rules, '-e', '-'])
    child.stdin?.write(`${event('get', 'secrets')}\n`)
    await until(() => expect(written.out).toContain('Secret read'))
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })
})
