import { describe, expect, test } from 'vitest'
import { viewAt } from '../observation/view.fixture.ts'
import { probeCommands, withoutProbes } from './probes.ts'
import { ImmutabilityWatch } from './watch.ts'

const exec = (...command: string[]) => ({ exec: { command } })
const entered = (commandLine: string, tty = '0') =>
  viewAt(5, 'execve', {
    'proc.tty': tty,
    'proc.name': 'sh',
    'proc.exepath': '/bin/busybox',
    'proc.cmdline': commandLine,
    'proc.vpid': '7',
    'proc.pname': 'containerd-shim',
  })

const CONTAINER = {
  livenessProbe: exec('/bin/sh', '-c', 'test -d /etc'),
  readinessProbe: { httpGet: { path: '/' } },
  startupProbe: exec(),
  lifecycle: { preStop: exec('sleep', '5'), postStart: {} },
}

function statementOf(...lines: string[]) {
  const watch = new ImmutabilityWatch()
  for (const line of lines) watch.take(entered(line))
  const [statement] = watch.statements()
  if (statement === undefined) throw new Error('no statement')
  return statement
}

test('what probes and hooks run, by names as the kernel has them', () => {
  expect(probeCommands(CONTAINER)).toEqual([
    { name: 'sh', program: '/bin/sh', args: ['-c', 'test -d /etc'] },
    { name: 'sleep', program: 'sleep', args: ['5'] },
  ])
  expect(probeCommands({ livenessProbe: 'nonsense', lifecycle: null })).toEqual([])
})

test('a probe is no shell that somebody entered', () => {
  const commands = probeCommands(CONTAINER)
  const probed = statementOf('sh -c test -d /etc', 'sh -c test -d /etc')
  expect(probed).toMatchObject({ verdict: 'changed', evidence: [{ count: 2 }] })
  expect(withoutProbes(probed, commands)).toMatchObject({ verdict: 'unchanged', evidence: [] })
})

test('a shell beside the probe’s stays, each with its command line', () => {
  const both = withoutProbes(statementOf('sh -c test -d /etc', 'sh -c id'), probeCommands(CONTAINER))
  expect(both).toMatchObject({ verdict: 'changed', evidence: [{ commandLine: 'sh -c id', count: 1 }] })
  expect(withoutProbes(both, [])).toBe(both)
})

test('what may be a probe is said, until the manifest is known', () => {
  const statement = statementOf('sh -c test -d /etc', 'sh -c id')
  expect(statement.evidence.map(({ mayBeProbe }) => mayBeProbe)).toEqual([true, true])
  const { evidence } = withoutProbes(statement, probeCommands(CONTAINER))
  expect(evidence.map(({ commandLine, mayBeProbe }) => [commandLine, mayBeProbe])).toEqual([
    ['sh -c id', false],
  ])
})

test('a shell with a terminal is no probe, whatever its command line', () => {
  const watch = new ImmutabilityWatch()
  for (const tty of ['34816', '0', '34816']) watch.take(entered('sh -c test -d /etc', tty))
  const [statement] = watch.statements()
  expect(statement?.evidence).toMatchObject([
    { count: 2, mayBeProbe: false },
    { count: 1, mayBeProbe: true },
  ])
  if (statement === undefined) throw new Error('no statement')
  expect(withoutProbes(statement, probeCommands(CONTAINER)).evidence).toMatchObject([{ count: 2 }])
})

test('a command line that was cut is that of the probe that begins so', () => {
  const script = `echo ${'x'.repeat(400)}`
  const commands = probeCommands({ livenessProbe: exec('sh', '-c', script) })
  expect(withoutProbes(statementOf(`sh -c ${script}`), commands).verdict).toBe('unchanged')
  expect(withoutProbes(statementOf('sh -c echo x'), commands).verdict).toBe('changed')
})

describe('a probe that is a script', () => {
  /** A script's process has the name of the script, and the file of its shell. */
  const verdictOf = (command: readonly string[], commandLine: string) => {
    const watch = new ImmutabilityWatch()
    watch.take(
      viewAt(5, 'execve', {
        'proc.tty': '0',
        'proc.name': commandLine.split(' ', 1)[0] ?? '',
        'proc.exepath': '/bin/dash',
        'proc.cmdline': commandLine,
        'proc.vpid': '7',
        'proc.pname': 'containerd-shim',
      }),
    )
    const [statement] = watch.statements()
    if (statement === undefined) throw new Error('no statement')
    return withoutProbes(statement, probeCommands({ livenessProbe: exec(...command) })).verdict
  }

  test.each([
    ['by its path', ['/probe.sh'], 'probe.sh /probe.sh'],
    ['with arguments', ['/probe.sh', '-v', 'a b'], 'probe.sh /probe.sh -v a b'],
    ['by a relative path', ['./probe.sh'], 'probe.sh ./probe.sh'],
    ['with an argument for its shell', ['/probe.sh'], 'probe.sh -eu /probe.sh'],
    ['found along PATH', ['probe.sh', 'a/b'], 'probe.sh /usr/local/bin/probe.sh a/b'],
    ['whose shell env(1) finds', ['/probe.sh'], 'bash /probe.sh'],
    ['of a long name', ['/check-that-it-is-alive.sh'], 'check-that-it-i /check-that-it-is-alive.sh'],
    ['cut', ['/probe.sh', 'x'.repeat(400)], `probe.sh /probe.sh ${'x'.repeat(400)}`],
  ])('is no shell that somebody entered: %s', (_, command, line) => {
    expect(verdictOf(command, line)).toBe('unchanged')
  })

  test.each([
    ['another script', ['/probe.sh'], 'probe.sh /tmp/probe.sh'],
    ['other arguments', ['/probe.sh'], 'probe.sh /probe.sh x'],
    ['commands of an argument', ['/probe.sh'], 'probe.sh -c id /probe.sh'],
    ['commands from its input', ['/probe.sh'], 'sh -s /probe.sh'],
    ['a script before it', ['probe.sh'], 'sh /x /usr/bin/probe.sh'],
    ['a script of a temporary folder', ['probe.sh'], 'sh /tmp/probe.sh'],
    ['a script of the working directory', ['probe.sh'], 'sh probe.sh'],
    ['what is no shell', ['/probe.sh'], 'other /probe.sh'],
  ])('another one stays: %s', (_, command, line) => {
    expect(verdictOf(command, line)).toBe('changed')
  })
})
