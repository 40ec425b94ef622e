import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCapture, isSyscallText } from '../form.ts'
import { type SensedSyscallEvent, senseSyscallEvents } from '../syscall-events.ts'

async function sense(...values: unknown[]) {
  const text = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n')
  async function* source() {
    yield Buffer.from(text)
  }
  const events: SensedSyscallEvent[] = []
  const codes: string[] = []
  for await (const batch of senseSyscallEvents(source(), '-')) {
    events.push(...batch.events)
    codes.push(...batch.problems.map(({ code }) => code))
  }
  return { events, codes }
}

const ALERT = {
  hostname: 'node-1',
  output: '12:00:00.003562001: Warning Sensitive file opened',
  output_fields: {
    'container.id': 'host',
    'container.name': null,
    'evt.time': 1736942400003562000,
    'evt.type': 'openat',
    'fd.name': '/etc/shadow',
    'proc.tty': 34816,
  },
  priority: 'Warning',
  rule: 'Read sensitive file untrusted',
  source: 'syscall',
  tags: [],
  time: '2025-01-15T12:00:00.003562001Z',
}

const PROCESS = {
  exec_id: 'x',
  pid: 52_699,
  uid: 0,
  auid: 4_294_967_295,
  cwd: '/app',
  binary: '/usr/bin/curl',
  arguments: '-s https://example.com',
  pod: {
    namespace: 'shop',
    name: 'web-1',
    container: {
      id: 'containerd://551e161c47d8ff0eb665438a7bcd5b4e3ef5a297282b40a92b7c77d6bd168eb3',
      name: 'web',
      image: { id: 'sha', name: 'registry.example:5000/web:1.2' },
    },
  },
}
const PARENT = { pid: 52_690, binary: '/bin/bash', arguments: '' }

describe("other tools' streams", () => {
  test('alerts of Falco', async () => {
    const { events, codes } = await sense(ALERT)
    expect(codes).toEqual([])
    expect(events).toEqual([
      {
        num: 1,
        ts: '1736942400003562001',
        type: 'openat',
        fields: {
          'evt.hostname': 'node-1',
          'container.id': 'host',
          'container.name': null,
          'evt.type': 'openat',
          'fd.name': '/etc/shadow',
          'proc.tty': 34816,
        },
      },
    ])
  })

  test.each([JSON.stringify(ALERT), '1 close(3) = 0'])(
    'a byte order mark before %s is passed over',
    async (line) => {
      const { events, codes } = await sense(`\ufeff${line}`, line)
      expect(codes).toEqual([])
      expect(events).toHaveLength(2)
    },
  )

  test('alerts of Falco about other sources are passed over, which is said once of each; losses are told', async () => {
    const about = (source: string, output_fields: object) => ({ ...ALERT, source, output_fields })
    const drop = about('internal', { n_drops: '3', ebpf_enabled: '1' })
    const own = about('internal', { 'haetae.drops': 7, 'haetae.drops.bufferFull': 7 })
    const audit = about('k8s_audit', { 'ka.verb': 'get' })
    const { events, codes } = await sense(audit, drop, audit, about('okta', {}), ALERT, own, drop)
    expect(events.map(({ num, type }) => [num, type])).toEqual([[1, 'openat']])
    const lost = 'ERR_EVENTS_LEFT_OUT'
    expect(codes).toEqual(['ERR_OTHER_SOURCE', lost, 'ERR_OTHER_SOURCE', lost, lost])
  })

  test.each<[string, object, readonly string[]]>([
    [
      'a limited rate',
      { rate_limit_info: { number_of_dropped_process_events: '12' } },
      ['ERR_EVENTS_LEFT_OUT'],
    ],
    [
      'a throttled group',
      { process_throttle: { type: 'THROTTLE_START', cgroup: '/kubepods/a' } },
      ['ERR_EVENTS_LEFT_OUT'],
    ],
    ['its end', { process_throttle: { type: 'THROTTLE_STOP', cgroup: '/kubepods/a' } }, []],
    ['a library', { process_loader: { process: PROCESS, path: '/usr/lib/libc.so.6' } }, []],
    ['a function of a program', { process_uprobe: { process: PROCESS, symbol: 'main' } }, []],
  ])('of Tetragon, %s is no call: what it has left out is told as lost', async (_, line, codes) => {
    expect(await sense({ ...line, time: '2026-01-02T03:04:05Z', node_name: 'node-1' })).toEqual({
      events: [],
      codes,
    })
  })

  test('events of Tetragon', async () => {
    const time = '2026-01-02T03:04:05.123456789Z'
    const connect = {
      process: PROCESS,
      parent: PARENT,
      function_name: 'tcp_connect',
      args: [
        {
          sock_arg: {
            family: 'AF_INET',
            protocol: 'IPPROTO_TCP',
            saddr: '10.1.0.9',
            daddr: '203.0.113.5',
            sport: 40000,
            dport: 443,
          },
        },
      ],
    }
    const permission = {
      process: PROCESS,
      function_name: 'security_file_permission',
      args: [{ file_arg: { path: '/etc/shadow' } }, { int_arg: 4 }],
      return: { int_arg: 0 },
    }
    const rename = {
      process: PROCESS,
      function_name: '__x64_sys_renameat2',
      args: [{ string_arg: '/a' }, { string_arg: '/b' }],
    }
    const { events, codes } = await sense(
      { process_exec: { process: PROCESS, parent: PARENT }, node_name: 'node-1', time },
      { process_kprobe: connect, time },
      { process_kprobe: permission, time },
      { process_kprobe: rename, time },
      { process_exit: { process: { ...PROCESS, pod: undefined }, signal: 'SIGKILL' }, time },
    )
    expect(codes).toEqual([])
    expect(events).toMatchObject([
      {
        num: 1,
        ts: '1767323045123456789',
        tid: 52_699,
        type: 'execve',
        fields: {
          'evt.hostname': 'node-1',
          'evt.res': 'SUCCESS',
          'proc.name': 'curl',
          'proc.exepath': '/usr/bin/curl',
          'proc.cmdline': 'curl -s https://example.com',
          'proc.cwd': '/app/',
          'proc.pname': 'bash',
          'user.uid': 0,
          'user.loginuid': -1,
          'container.id': '551e161c47d8',
          'container.name': 'web',
          'container.image.repository': 'registry.example:5000/web',
          'container.image.tag': '1.2',
          'k8s.ns.name': 'shop',
          'k8s.pod.name': 'web-1',
        },
      },
      {
        type: 'connect',
        fields: {
          'fd.name': '10.1.0.9:40000->203.0.113.5:443',
          'fd.sip': '203.0.113.5',
          'fd.sport': 443,
          'fd.cip': '10.1.0.9',
          'fd.l4proto': 'tcp',
        },
      },
      {
        type: 'openat',
        fields: {
          'fd.name': '/etc/shadow',
          'evt.is_open_read': true,
          'evt.is_open_write': false,
          'evt.rawres': 0,
        },
      },
      { type: 'renameat2', fields: { 'fs.path.source': '/a', 'fs.path.target': '/b' } },
      { type: 'procexit', fields: { 'container.id': 'host', 'evt.dir': '>' } },
    ])
  })

  test('a tracepoint of all calls is none of a call, and what tells of no process is no event', async () => {
    const time = '2023-10-06T22:04:01Z'
    const { events, codes } = await sense(
      { process_tracepoint: { process: PROCESS, subsys: 'raw_syscalls', event: 'sys_exit' }, time },
      { process_tracepoint: { process: PROCESS, subsys: 'syscalls', event: 'sys_exit_unlink' }, time },
      { process_exec: {}, time },
    )
    expect(events.map(({ type }) => type)).toEqual(['sys_exit', 'unlink'])
    expect(codes).toEqual(['ERR_NOT_AN_EVENT'])
  })

  test('strace, among the others', async () => {
    const { events, codes } = await sense('close(3) = 0', ALERT, 'nonsense', '--- SIGINT {} ---')
    expect(events.map(({ type }) => type)).toEqual(['close', 'openat'])
    expect(codes).toEqual(['ERR_NOT_JSON'])
  })

  test('strace -f as it prints to a terminal, each process by its number', async () => {
    const { events, codes } = await sense(
      'strace: Process 4712 attached',
      '[pid  4711] openat(AT_FDCWD, "/etc/shadow", O_RDONLY <unfinished ...>',
      '[pid  4712] close(3) = 0',
      '[pid  4711] <... openat resumed>) = 3',
      '[1]',
    )
    expect(events.map(({ tid, type }) => [tid, type])).toEqual([
      [4712, 'close'],
      [4711, 'openat'],
    ])
    expect(codes).toEqual(['ERR_NOT_AN_EVENT'])
  })

  test('any JSON gives an event or a problem', async () => {
    const key = fc.constantFrom(
      'process_exec',
      'process',
      'output_fields',
      'rule',
      'fields',
      'args',
      'pod',
      'time',
      'pid',
    )
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue(),
        fc.dictionary(key, tie('value')),
        fc.array(tie('value')),
      ),
    }))
    await fc.assert(
      fc.asyncProperty(value, async (json) => {
        const { events, codes } = await sense({ rule: 'r', ...(json as object) })
        expect(events.length + codes.length).toBe(1)
      }),
    )
  })
})

describe('the form of a file', () => {
  test.each<[string, string, boolean]>([
    ['fields', '{"num":1,"type":"open","fields":{}}\n', true],
    ['an alert of Falco', `${JSON.stringify(ALERT)}\n`, true],
    ['an alert of audit events', `${JSON.stringify({ ...ALERT, source: 'k8s_audit' })}\n`, true],
    ['an event of Tetragon', '{"process_exec":{"process":{}}}', true],
    ['fields behind a byte order mark', '\ufeff{"num":1,"type":"open","fields":{}}\n', true],
    ['strace', 'strace: Process 1 attached\n1 close(3) = 0\n', true],
    ['strace of several processes', '[pid 1] close(3) = 0\n', true],
    [
      'strace of many threads that wait',
      Array.from({ length: 30 }, (_, at) => `${at + 1} read(3,  <unfinished ...>\n`).join(''),
      true,
    ],
    ['an audit event', '{"kind":"Event","apiVersion":"audit.k8s.io/v1","fields":{}}', false],
    ['text', 'hello\n', false],
    ['nothing', '', false],
    ['half of a JSON', '{"fields":', false],
  ])('%s', (_, text, expected) => {
    expect(isSyscallText(Buffer.from(text))).toBe(expected)
    expect(isCapture(Buffer.from(text), 'events')).toBe(false)
  })
})
