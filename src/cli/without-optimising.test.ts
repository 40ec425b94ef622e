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

const PROGRAM = `
  import { setFlagsFromString } from 'node:v8'
  import { withoutOptimising } from ${JSON.stringify(fileURLToPath(new URL('without-optimising.ts', import.meta.url)))}
  setFlagsFromString('--allow-natives-syntax')
  const status = new Function('work', 'return %GetOptimizationStatus(work)')
  const work = (number) => { let sum = 0; for (let at = 0; at < number; at++) sum += at % 7; return sum }
  const repeat = () => { for (let round = 0; round < 3_000; round++) work(1_000) }
  withoutOptimising(repeat)
  const during = status(work)
  const isOptimised = () => (status(work) & ${OPTIMISED}) !== 0
  // It is optimised on another thread, which may have to wait for a processor.
  while (!isOptimised()) { repeat(); await new Promise((resolve) => setTimeout(resolve, 1)) }
  console.log((during & ${OPTIMISED}) === 0 ? 'not meanwhile, but afterwards' : 'meanwhile')
`

test('nothing is optimised meanwhile, and afterwards all is as before', () => {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-optimising-'))
  try {
    const program = join(folder, 'program.mjs')
    writeFileSync(program, PROGRAM)
    const { NODE_OPTIONS: _, ...env } = process.env
    const { stdout, stderr } = spawnSync(process.execPath, [program], {
      encoding: 'utf8',
      env,
      timeout: 50_000,
    })
    expect({ stdout, stderr }).toEqual({ stdout: 'not meanwhile, but afterwards\n', stderr: '' })
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 60_000)
