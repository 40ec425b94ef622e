import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { childrenOf, processorTime } from './processes.ts'
import { untilAttached, type WithSensor } from './switched.ts'

/** What `--stats` says at the end, as far as it is read here. */
interface Stats {
  readonly events: number
  readonly receiver: { readonly drops: Readonly<Record<string, number>> }
}

/** `haetae detect --live` with the default rules, and its sensor. */
export interface Watching extends WithSensor {
  /** Milliseconds from each event that an alert is of, to the alert's line here. */
  readonly delays: number[]
  /** Seconds of processor time that both have used, user and system. */
  cpu(): { readonly haetae: number; readonly sensor: number }
  /** Resident memory of both now, in megabytes. */
  memory(): number
  stop(): Promise<Stats>
}

/**
 * Starts it, and waits until an alert shows that it is at work.
 *
 * @param program - path of the sensor's program; default: the one that was built in the checkout
 */
export async function startWatching(root: string, program?: string): Promise<Watching> {
  const child = spawn(
    process.execPath,
    [join(root, 'dist/haetae.cjs'), 'detect', '--live', '--format', 'jsonl', '--stats', '--quiet'],
    { stdio: ['ignore', 'pipe', 'pipe'], env: environment(program) },
  )
  const closed = once(child, 'close')
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const delays: number[] = []
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const now = Date.now()
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) delays.push(now - Date.parse(JSON.parse(line).time))
  })
  for (let tries = 0; delays.length === 0; tries++) {
    if (tries > 400 || child.exitCode !== null) throw new Error(`the sensor sees nothing: ${errors}`)
    await provoke()
    await sleep(300)
  }
  const haetae = child.pid ?? 0
  const sensor = childOf(haetae)
  return {
    haetae,
    sensor,
    delays,
    cpu: () => ({ haetae: processorTime(haetae), sensor: processorTime(sensor) }),
    memory: () => memoryOf(haetae) + memoryOf(sensor),
    async stop() {
      child.kill('SIGTERM')
      await closed
      const stats = errors.split('\n').find((line) => line.startsWith('{"events"'))
      if (stats === undefined) throw new Error(`no counts: ${errors}`)
      return JSON.parse(stats)
    },
  }
}

/** `haetae profile --live`, which records all containers, and its sensor. */
export interface Recording extends WithSensor {
  stop(): Promise<void>
}

/** Starts it, and waits until it is at work. @param program - path of the sensor's program */
export async function startRecording(root: string, program: string): Promise<Recording> {
  const child = spawn(
    process.execPath,
    [join(root, 'dist/haetae.cjs'), 'profile', '--live', '--lang', 'en'],
    { stdio: ['ignore', 'ignore', 'pipe'], env: environment(program) },
  )
  const closed = once(child, 'close')
  await once(child.stderr, 'data')
  child.stderr.resume()
  if (child.exitCode !== null) throw new Error('nothing can be recorded here')
  const haetae = child.pid ?? 0
  const sensor = childOf(haetae)
  await untilAttached(true, sensor)
  return {
    haetae,
    sensor,
    async stop() {
      child.kill('SIGTERM')
      await closed
    },
  }
}

function environment(program: string | undefined): NodeJS.ProcessEnv {
  return program === undefined ? process.env : { ...process.env, HAETAE_SENSOR: program }
}

/** Does what the rule about password files is about. */
export async function provoke(): Promise<void> {
  await once(spawn('cat', ['/etc/shadow'], { stdio: 'ignore' }), 'close')
}

function childOf(pid: number): number {
  const found = childrenOf(pid).find((each) =>
    /haetae-sensor/.test(readFileSync(`/proc/${each}/cmdline`, 'utf8')),
  )
  if (found === undefined) throw new Error('no sensor runs')
  return found
}

function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}
