import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const WITHOUT_COMPILER = 'no compiler that links statically (apt-get install gcc libc6-dev)'

/** A program that needs nothing of the container that it is dropped into: see intruder.c. */
export function compileIntruder(): Buffer | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-intruder-'))
  try {
    const binary = join(folder, 'intruder')
    const source = join(import.meta.dirname, 'intruder.c')
    const { status } = spawnSync('cc', ['-O1', '-static', '-o', binary, source], { stdio: 'ignore' })
    return status === 0 ? readFileSync(binary) : undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}
