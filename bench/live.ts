import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { measureSlowdown } from './live/slowdown.ts'
import { provoke, startWatching, type Watching } from './live/watching.ts'
import type { Line } from './run.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const PER_SECOND = 100_000
const STORM_SECONDS = Number(process.env['HAETAE_BENCH_SECONDS'] ?? 60)
const REST_SECONDS = 20
const PROVOCATIONS = 20

/**
 * `haetae detect --live` with the default rules on this machine: at rest, under 100,000 events a second that rules are about
 * (opened files; as many are closed), and what it, and `haetae profile --live`, take from work that makes many system calls. Other work on the machine
 * counts as events and takes processor time: this is for a quiet one.
 */
export async function run(emit: (line: Line) => void): Promise<void> {
  const reason = whyNot()
  if (reason !== undefined) {
    process.stderr.write(`bench live: skipped: ${reason}\n`)
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'haetae-bench-'))
  try {
    const generator = join(folder, 'generator')
    execFileSync('cc', ['-O2', '-o', generator, join(root, 'bench/live/generator.c')])
    const watching = await startWatching(root)
    try {
      await measureRest(watching, emit)
      await measureStorm(watching, generator, emit)
    } finally {
      const { receiver } = await watching.stop()
      const drops = Object.values(receiver.drops).reduce((sum, count) => sum + count, 0)
      emit({ name: 'live: events dropped, all causes (limit 0)', value: drops, unit: 'events' })
    }
    await measureSlowdown(folder, root, emit)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'the sensor needs root'
  if (!existsSync(join(root, 'sensor/build/haetae-sensor'))) return 'no sensor (npm run build:sensor)'
  if (!existsSync(join(root, 'dist/haetae.cjs'))) return 'no built command (npm run build)'
  const missing = ['cc', 'clang', 'make', 'sqlite3'].find((name) => spawnSync('which', [name]).status !== 0)
  return missing === undefined ? undefined : `no ${missing}`
}

async function measureRest(watching: Watching, emit: (line: Line) => void): Promise<void> {
  await sleep(3000)
  const before = watching.cpu()
  await sleep(REST_SECONDS * 1000)
  const { haetae, sensor } = watching.cpu()
  const share = (100 * (haetae - before.haetae + sensor - before.sensor)) / REST_SECONDS
  emit({ name: 'live: at rest: of a core (limit 1)', value: round(share), unit: '%' })
  emit({ name: 'live: at rest: memory (limit 200)', value: Math.round(watching.memory()), unit: 'MB' })
  await provoked(watching, 'at rest', 100, 100, emit)
}

async function measureStorm(
  watching: Watching,
  generator: string,
  emit: (line: Line) => void,
): Promise<void> {
  // What the default rules are about: of a file beside them, nothing would be told.
  const folder = mkdtempSync('/home/haetae-bench-')
  const file = join(folder, 'opened')
  writeFileSync(file, '')
  const before = watching.cpu()
  const storm = spawn(generator, [String(PER_SECOND), String(STORM_SECONDS), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  storm.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = once(storm, 'close')
  await provoked(watching, 'under load', 1000, (STORM_SECONDS * 1000) / (PROVOCATIONS + 5), emit)
  await ended
  rmSync(folder, { recursive: true })
  const [events = 0, seconds = 1] = said.split(' ').map(Number)
  const { haetae, sensor } = watching.cpu()
  emit({
    name: `live: load: opened a second (of ${PER_SECOND})`,
    value: Math.round(events / seconds),
    unit: 'events/s',
  })
  emit({
    name: 'live: load: of a core, Haetae',
    value: round((100 * (haetae - before.haetae)) / seconds),
    unit: '%',
  })
  emit({
    name: 'live: load: of a core, sensor',
    value: round((100 * (sensor - before.sensor)) / seconds),
    unit: '%',
  })
  emit({ name: 'live: load: memory', value: Math.round(watching.memory()), unit: 'MB' })
}

/** From event to alert, as often as `PROVOCATIONS`. */
async function provoked(
  { delays }: Watching,
  when: string,
  limit: number,
  pause: number,
  emit: (line: Line) => void,
): Promise<void> {
  delays.length = 0
  for (let times = 0; times < PROVOCATIONS; times++) {
    await provoke()
    await sleep(pause)
  }
  await sleep(limit)
  const sorted = [...delays].sort((a, b) => a - b)
  if (sorted.length < PROVOCATIONS) throw new Error(`${PROVOCATIONS} times provoked, ${sorted.length} alerts`)
  const middle = sorted[sorted.length >> 1] ?? 0
  emit({ name: `live: ${when}: event to alert, median`, value: middle, unit: 'ms' })
  emit({
    name: `live: ${when}: event to alert, longest (limit ${limit})`,
    value: sorted.at(-1) ?? 0,
    unit: 'ms',
  })
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
