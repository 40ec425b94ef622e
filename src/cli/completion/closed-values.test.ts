import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { writeUnreachableKubeconfig } from '../../../test/kubeconfig.fixture.ts'
import { run } from '../run.ts'
import { CLOSED_VALUES } from './closed-values.ts'

const folder = mkdtempSync(join(tmpdir(), 'haetae-closed-values-'))
const kubeconfig = writeUnreachableKubeconfig(folder)
afterAll(() => rmSync(folder, { recursive: true }))

/** What a call needs to come to the option. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  scan: ['-'],
  explain: ['-'],
  'psp check': ['-', '--policies', '-'],
  'psp migrate': ['-'],
  'audit lint': ['-'],
  'audit explain': ['-'],
  'audit simulate': ['-', '--log', '-'],
  'audit cover': ['-', '--rules', '-'],
  'audit minimal': ['--rules', '-'],
  'audit show': ['-'],
  'audit verify': ['-'],
  'rules check': ['-'],
  'rules list': ['-'],
  'rules describe': ['-'],
  'rules test': ['-'],
  detect: ['--live'],
  capture: ['--live'],
  proc: ['1'],
  immutability: ['--live', '--pod', 'web'],
  profile: ['--live', '--pod', 'web'],
  trace: ['true'],
  login: ['--server', 'https://127.0.0.1:1', '--user', 'jane'],
  gateway: ['--upstream', kubeconfig],
}

/** What is not refused with a list of what there is: held to that in the tests below. */
const UNLISTED = ['--stage', '--authorization-mode']

const OPTIONS = Object.entries(CLOSED_VALUES).flatMap(([line, options]) =>
  Object.entries(options).map(([option, values]) => [line, option, values] as const),
)

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What a call in this process tells on standard error. */
async function told(args: readonly string[]): Promise<string> {
  let text = ''
  const others = new Set(SIGNALS.flatMap((signal) => process.listeners(signal)))
  const spied = vi.spyOn(process.stderr, 'write').mockImplementation((piece) => {
    text += String(piece)
    return true
  })
  try {
    await run(['--lang', 'en', ...args])
    return text
  } finally {
    spied.mockRestore()
    // Commands that run until they are stopped listen for that before they look at their sensor.
    for (const signal of SIGNALS)
      for (const listener of process.listeners(signal))
        if (!others.has(listener)) process.off(signal, listener)
  }
}

/** Of a wrong value the program says what it takes. */
async function taken(args: readonly string[]): Promise<string> {
  const stderr = await told(args)
  const [, list = stderr] = /(?:choose one of:|there are) (.+)$/m.exec(stderr) ?? []
  return list.replaceAll(', ', ' ')
}

test.each(OPTIONS.filter(([, option]) => !UNLISTED.includes(option)))(
  '%s %s',
  async (line, option, values) => {
    const args = [...line.split(' '), option, 'no-such-value', ...(BESIDE[line] ?? [])]
    if (line === 'audit show')
      expect(`${await taken(args)} ${await taken([...args, '--stats'])}`).toBe(values)
    else expect(await taken(args)).toBe(values)
  },
)

test.each(['webhook', 'gateway'])('each authorization mode that is offered for %s is one', async (line) => {
  const modes = CLOSED_VALUES[line]?.['--authorization-mode']?.split(' ') ?? []
  // No folder: with a mode that there is, it is this that ends the call.
  const call = ['webhook', '--state', '/dev/null', '--kubeconfig', kubeconfig, '--authorization-mode']
  for (const mode of modes) expect(await told([...call, mode])).not.toContain('is not a valid mode')
  expect(await told([...call, 'no-such-mode'])).toContain('is not a valid mode')
})
