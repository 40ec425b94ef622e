import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { contentOf, endLeftovers, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { until } from '../setup/work.ts'

const { path: sensor, otherwise } = sensorBinary()

/** Nothing that happens here matches it. */
const RULES = `
- rule: Nothing
  desc: a file that is not there
  condition: evt.type = openat and fd.name = /nothing/of/this/name
  output: opened
  priority: INFO
`

/** Until the sensor begins, some time goes by: when it does is told, and a signal before it ends all of it. */
describe('the beginning of what looks at this machine', needs(sensor, otherwise), () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-begin-'))
    writeFileSync(join(folder, 'rules.yaml'), RULES)
  })
  afterEach(endLeftovers)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const chosen = ['--sensor', sensor ?? '']
  const detect = () => ['detect', '--live', ...chosen, '--rules', join(folder, 'rules.yaml')]

  test.each([
    ['en', 'watching: what happens from now on is seen (Ctrl-C ends it)\n'],
    ['ko', '지금부터 일어나는 일을 지켜봅니다 (Ctrl-C로 끝냅니다)\n'],
  ])('haetae detect says when it sees (%s)', async (language, line) => {
    const run = start([...detect(), '--lang', language])
    await run.until(() => run.stderr().includes(line))
    expect(await run.stop()).toBe(0)
    expect(run.stderr().split(line)).toHaveLength(2)
    expect(run.stdout()).toBe('')
  })

  test('and not where it is to be quiet', async () => {
    const run = start([...detect(), '--quiet', '--metrics', '127.0.0.1:0'])
    await until(
      async () => sensorsOf(run.pid).some(isAtWork) || undefined,
      () => 'a sensor that sees',
    )
    expect(await run.stop()).toBe(0)
    expect(run.stderr()).toBe('')
  })

  const COMMAND = `sleep 86400.${process.pid}`
  test('a signal that ends haetae trace ends the command that it runs', async () => {
    const run = start(['trace', ...chosen, '-o', '/dev/null', '--', ...COMMAND.split(' ')])
    await until(
      async () => running(COMMAND).length > 0 || undefined,
      () => `the command: ${run.stderr()}`,
    )
    await run.stop()
    await until(
      async () => running(COMMAND).length === 0 || undefined,
      () => 'the command has ended',
    )
  })

  describe.each([
    ['detect', detect],
    ['capture', () => ['capture', '--live', ...chosen, '-o', join(folder, 'events.jsonl')]],
    ['immutability', () => ['immutability', '--live', ...chosen]],
    ['trace', () => ['trace', ...chosen, '--', ...COMMAND.split(' ')]],
  ])('haetae %s', (_, args) => {
    test.each([0, 300, 700, 1500, 3000])(
      'a signal after %d ms ends it, and leaves nothing behind',
      async (milliseconds) => {
        const child = spawn(resolve('bin/haetae'), args(), {
          env: { ...process.env, LC_ALL: 'C' },
          stdio: ['ignore', 'ignore', 'pipe'],
        })
        const ended = once(child, 'close')
        let errors = ''
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          errors += text
        })
        await sleep(milliseconds)
        child.kill('SIGTERM')
        const [status, signal] = await ended
        // By the signal itself before anything was begun; what was asked for in vain is said by a status of its own.
        expect(`${status ?? signal}`).toMatch(/^(?:SIGTERM|0|3)$/)
        expect(errors).not.toContain('ERR_')
        await until(
          async () => sensorsOf(child.pid ?? 0).length === 0 || undefined,
          () => 'no sensor',
        )
        // The command is told to end, and not waited for.
        await until(
          async () => processesWith(COMMAND.split(' ').at(-1) ?? '').length === 0 || undefined,
          () => 'no command',
        )
      },
    )
  })
})

/**
 * Before the kernel lets a program run, it goes through its instructions, over and over where it cannot tell that nothing
 * new comes: so long nothing is seen, and older kernels give up at a million.
 */
describe('what the kernel checks of the programs', needs(sensor, otherwise), () => {
  const MOST_INSTRUCTIONS = 150_000

  test.each([
    ['as they are', []],
    ['as kernels before 6.2 run them', ['--without-casts']],
    ['with all that can be asked for', ['--behavior', '--raw', '0:1']],
  ])('is little: %s', async (_, options) => {
    const child = spawn(sensor ?? '', [...options, '--no-scan', '--calls', 'execve'], {
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    const ended = once(child, 'close')
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    await until(
      async () => said.includes('{"ready":true}') || undefined,
      () => `a sensor that sees: ${said}`,
    )
    const checked = checkedInstructions(child.pid ?? 0)
    child.stdin.end()
    expect(await ended).toEqual([0, null])
    expect(checked.length).toBeGreaterThanOrEqual(4)
    expect(checked.reduce((sum, count) => sum + count)).toBeLessThan(MOST_INSTRUCTIONS)
  })
})

/** Of each program that a process holds, how many instructions the kernel went through to check it (Linux 5.16). */
function checkedInstructions(pid: number): number[] {
  return readdirSync(`/proc/${pid}/fdinfo`)
    .map((fd) => /^verified_insns:\s*(\d+)$/m.exec(contentOf(`/proc/${pid}/fdinfo/${fd}`))?.[1])
    .filter((count) => count !== undefined)
    .map(Number)
}

/** Programs with exactly this command line: not the shell that becomes it. */
function running(command: string): number[] {
  return processesWith(command.replaceAll(' ', '\0')).filter(
    (pid) => contentOf(`/proc/${pid}/cmdline`) === `${command.replaceAll(' ', '\0')}\0`,
  )
}

/** Numbers of the sensors that a process has started: each is told to leave it out. */
function sensorsOf(pid: number): number[] {
  return processesWith(`haetae-sensor\0`, `--exclude\0${pid}\0`)
}

/** One that is loaded has a map of events. */
function isAtWork(pid: number): boolean {
  return contentOf(`/proc/${pid}/maps`).includes('bpf-map')
}

function processesWith(...words: readonly string[]): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      const line = contentOf(`/proc/${entry}/cmdline`)
      return words.every((word) => line.includes(word))
    })
    .map(Number)
}
