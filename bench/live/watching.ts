import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What `--stats` says at the end, as far as it is read here. */
interface Stats {
  readonly events: number
  readonly receiver: { readonly drops: Readonly<Record<string, number>> }
}

/** `haetae detect --live` with the default rules, and its sensor. */
export interface Watching {
  /** Milliseconds from each event that an alert is of, to the alert's line here. */
  readonly delays: number[]
  /** Seconds of processor time that both have used, user and system. */
  cpu(): { readonly haetae: number; readonly sensor: number }
  /** Resident memory of both now, in megabytes. */
  memory(): number
  stop(): Promise<Stats>
}

/** Starts it, and waits until an alert shows that it is at work. */
export async function startWatching(root: string): Promise<Watching> {
  const child = spawn(
    process.execPath,
    [join(root, 'dist/haetae.cjs'), 'detect', '--live', '--format', 'jsonl', '--stats', '--quiet'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
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
    if (tries > 100 || child.exitCode !== null) throw new Error(`the sensor sees nothing: ${errors}`)
    await provoke()
    await sleep(300)
  }
  const sensor = childOf(child)
  return {
    delays,
    cpu: () => ({ haetae: cpuOf(child.pid ?? 0), sensor: cpuOf(sensor) }),
    memory: () => memoryOf(child.pid ?? 0) + memoryOf(sensor),
    async stop() {
      child.kill('SIGTERM')
      await closed
      const stats = errors.split('\n').find((line) => line.startsWith('{"events"'))
      if (stats === undefined) throw new Error(`no counts: ${errors}`)
      return JSON.parse(stats)
    },
  }
}

/** Starts `haetae profile --live`, which records all containers, and waits until it is at work. */
export async function startRecording(root: string): Promise<{ stop(): Promise<unknown> }> {
  const child = spawn(
    process.execPath,
    [join(root, 'dist/haetae.cjs'), 'profile', '--live', '--lang', 'en'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  const closed = once(child, 'close')
  await once(child.stderr, 'data')
  child.stderr.resume()
  if (child.exitCode !== null) throw new Error('nothing can be recorded here')
  return {
    stop() {
      child.kill('SIGTERM')
      return closed
    },
  }
}

/** Does what the rule about password files is about. */
export async function provoke(): Promise<void> {
  await once(spawn('cat', ['/etc/shadow'], { stdio: 'ignore' }), 'close')
}

function childOf({ pid }: ChildProcess): number {
  const tasks = `/proc/${pid}/task`
  const children = readdirSync(tasks).flatMap((task) => {
    const file = join(tasks, task, 'children')
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').filter(Boolean) : []
  })
  const found = children.find((each) => /haetae-sensor/.test(readFileSync(`/proc/${each}/cmdline`, 'utf8')))
  if (found === undefined) throw new Error('no sensor runs')
  return Number(found)
}

/** Of all threads that there are, to the nanosecond (Documentation/scheduler/sched-stats.rst): ticks miss short wakes. */
function cpuOf(pid: number): number {
  const tasks = `/proc/${pid}/task`
  const times = readdirSync(tasks).map((task) => {
    const file = join(tasks, task, 'schedstat')
    return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[0]) : 0
  })
  return times.reduce((sum, time) => sum + time, 0) / 1e9
}

function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}
