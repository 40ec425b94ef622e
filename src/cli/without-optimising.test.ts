import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { withoutOptimising } from './without-optimising.ts'

test('gives back what the work does, and throws what it throws', () => {
  expect(withoutOptimising(() => 'done')).toBe('done')
  const work = () => {
    throw new RangeError('refused')
  }
  expect(() => withoutOptimising(work)).toThrow('refused')
})

/** Bit of V8's answer about a function: `kOptimized` of its runtime-test.cc. */
const OPTIMISED = 1 << 4

const pathOf = (module: string) => JSON.stringify(fileURLToPath(new URL(module, import.meta.url)))

const START = `
  import { setFlagsFromString } from 'node:v8'
  import { optimiseLater, withoutOptimising } from ${pathOf('without-optimising.ts')}
  setFlagsFromString('--allow-natives-syntax')
  const status = new Function('work', 'return %GetOptimizationStatus(work)')
`

const REPEAT = `${START}
  const work = (number) => { let sum = 0; for (let at = 0; at < number; at++) sum += at % 7; return sum }
  const repeat = () => { for (let round = 0; round < 3_000; round++) work(1_000) }
  const isOptimised = () => (status(work) & ${OPTIMISED}) !== 0
`

const WITHOUT = `${REPEAT}
  withoutOptimising(repeat)
  const during = status(work)
  // It is optimised on another thread, which may have to wait for a processor.
  while (!isOptimised()) { repeat(); await new Promise((resolve) => setTimeout(resolve, 1)) }
  console.log((during & ${OPTIMISED}) === 0 ? 'not meanwhile, but afterwards' : 'meanwhile')
`

/** The work goes on until it is optimised, which it never is where flags are changed. */
const RELOADED = `${REPEAT}
  import { createDetection } from ${pathOf('detect/detection.ts')}
  import { syscallDetection } from ${pathOf('../runtime/detection/index.ts')}
  const detection = createDetection([], syscallDetection, 'first', { hostname: 'host', tags: [] })
  withoutOptimising(() => { while (!isOptimised()) repeat() })
  detection.replace([])
  console.log('optimised meanwhile')
`

const LATER = `${START}
  optimiseLater()
  const work = (number) => number % 7 + 1
  const call = (times) => { let sum = 0; for (let at = 0; at < times; at++) sum += work(at); return sum }
  const isOptimised = () => (status(work) & ${OPTIMISED}) !== 0
  for (let round = 0; round < 20; round++) { call(100); await new Promise((resolve) => setTimeout(resolve, 1)) }
  const early = isOptimised()
  while (!isOptimised()) { call(100_000); await new Promise((resolve) => setTimeout(resolve, 1)) }
  console.log(early ? 'early' : 'not early, but later')
`

test.each([
  [
    'nothing is optimised meanwhile, and afterwards all is as before',
    WITHOUT,
    'not meanwhile, but afterwards',
    [],
  ],
  [
    'flags that are about something else change nothing of that',
    WITHOUT,
    'not meanwhile, but afterwards',
    [
      '--no-concurrent-recompilation',
      '--no-parallel-scavenge',
      '--max-semi-space-size=2',
      '--import',
      'data:text/javascript,',
    ],
  ],
  ['once a detection has been made, work is optimised as any other', RELOADED, 'optimised meanwhile', []],
  [
    'what is called some thousand times is not optimised, what is called on and on is',
    LATER,
    'not early, but later',
    [],
  ],
])('%s', (_title, text, said, flags) => {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-optimising-'))
  try {
    const program = join(folder, 'program.mjs')
    writeFileSync(program, text)
    const { NODE_OPTIONS: _, ...env } = process.env
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, program], {
      encoding: 'utf8',
      env,
      // Before the test's own end, which cannot come while this waits.
      timeout: 170_000,
    })
    expect({ stdout, stderr }).toEqual({ stdout: `${said}\n`, stderr: '' })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
