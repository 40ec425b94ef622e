import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LOOKS, signsOfLife } from './keep-running.ts'
import { parseReport } from './sensor-process.ts'
import { type SensorIncidents, superviseSensor } from './supervise.ts'

/** A program in place of the sensor: what matters here is how it ends, which the real one does not do when asked. */
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-supervise-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function program(script: string): string {
  const path = join(folder, 'sensor')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

/** @param stopAfter - so many chunks, or one of which it is told so; asked before the next chunk is */
async function runs(
  script: string,
  stopAfter: number | ((chunk: string) => Promise<boolean>),
  silence?: number,
) {
  const log: string[] = []
  const pauses: number[] = []
  const gaps: { start: number; end: number }[] = []
  const incidents: SensorIncidents = {
    ready: () => log.push('ready'),
    happened(incident) {
      if (incident.kind === 'drops') log.push(`drops ${JSON.stringify(incident.causes)}`)
      else log.push(`${incident.kind} ${incident.cause}`)
      if (incident.kind === 'gap') gaps.push(incident)
    },
    failed: ({ code, reason }) => log.push(`failed ${code} ${reason}`),
  }
  const sensor = superviseSensor(
    program(script),
    () => [],
    { calls: ['all'] },
    incidents,
    async (milliseconds) => {
      pauses.push(milliseconds)
    },
    silence,
  )
  const chunks: string[] = []
  for await (const chunk of sensor.chunks) {
    chunks.push(chunk.toString())
    const isLast =
      typeof stopAfter === 'number' ? chunks.length === stopAfter : await stopAfter(chunk.toString())
    if (isLast) sensor.stop()
  }
  return { log, gaps, pauses, chunks, counts: sensor.counts() }
}

test('a sensor that ends is started again, later each time, and its counts go on', async () => {
  const script = `echo '{"ready":true}' >&2
echo '{"stats":{"events":2,"drops":{"bufferFull":1}}}' >&2
printf x; exit 3`
  const { log, pauses, chunks, counts } = await runs(script, 5)
  expect(chunks).toEqual(['x', 'restart', 'x', 'restart', 'x'])
  expect(pauses.slice(0, 2)).toEqual([250, 500])
  expect(log.slice(0, 3).sort()).toEqual(['drops {"bufferFull":1}', 'ready', 'stopped 3'])
  expect(counts).toEqual({ events: 6, drops: { bufferFull: 3 } })
})

test('the gap is told once it is over: from the last sign of life, and why', async () => {
  const { log, gaps } = await runs(`echo '{"ready":true}' >&2; printf x; kill -KILL $$`, 3)
  expect(log).toContain('stopped SIGKILL')
  expect(log).toContain('gap SIGKILL')
  expect(log.indexOf('gap SIGKILL')).toBeGreaterThan(log.indexOf('stopped SIGKILL'))
  for (const { start, end } of gaps) expect(end).toBeGreaterThanOrEqual(start)
})

test('one that runs and says nothing is ended, and started again', async () => {
  const { log } = await runs(`echo '{"ready":true}' >&2; printf x; exec sleep 60`, 2, 200)
  expect(log.slice(0, 2)).toEqual(['ready', 'stopped silent'])
})

test('one whose reader is busy, so that it cannot go on, is not taken for silent', async () => {
  // It speaks once more while the first of its bytes are worked off; the rest does not fit into the pipe.
  const script = `echo '{"ready":true}' >&2; printf x
sleep 0.2; echo '{"stats":{"events":1,"drops":{}}}' >&2
head -c 4000000 /dev/zero; printf y; cat > /dev/null`
  let text = ''
  const read = async (chunk: string) => {
    if (text === '') await setTimeout(3000)
    text += chunk
    return text.endsWith('y')
  }
  const { log } = await runs(script, read, 1000)
  expect(text).toHaveLength(4_000_002)
  expect(log).toEqual(['ready'])
})

describe('signs of life', () => {
  const looks = ({ isSilent }: ReturnType<typeof signsOfLife>, count: number) =>
    Array.from({ length: count }, isSilent)

  test('silent is what says nothing for as many looks, however long they take', () => {
    const life = signsOfLife()
    expect(looks(life, LOOKS + 1)).toEqual([...Array(LOOKS).fill(false), true])
    life.heard()
    expect(looks(life, LOOKS + 1)).toEqual([...Array(LOOKS).fill(false), true])
  })

  test('what waits for its reader is not, even where it has said a word meanwhile', () => {
    const life = signsOfLife()
    life.working()
    life.heard()
    expect(looks(life, 3 * LOOKS)).not.toContain(true)
    life.listening()
    expect(looks(life, LOOKS + 1)).toEqual([...Array(LOOKS).fill(false), true])
  })
})

test('one that was never ready cannot run here, and is not tried again', async () => {
  const script = `echo '{"error":{"code":"ERR_SENSOR_PERMISSION","what":"program","errno":1,"reason":"no"}}' >&2; exit 2`
  expect((await runs(script, 1)).log).toEqual(['failed ERR_SENSOR_PERMISSION no'])
})

test('a stop ends it for good', async () => {
  const { log, chunks } = await runs(`echo '{"ready":true}' >&2; printf x; cat > /dev/null`, 1)
  expect(chunks).toEqual(['x'])
  expect(log).toEqual(['ready'])
})

test('lines that are no reports are passed over', () => {
  expect(parseReport('libbpf: something')).toBeUndefined()
  expect(parseReport('[1]')).toBeUndefined()
  expect(parseReport('{"other":1}')).toBeUndefined()
  expect(parseReport('{"ready":true}')).toEqual({ ready: true })
})
