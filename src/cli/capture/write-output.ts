import type { Writable } from 'node:stream'
import { UsageError } from '../exit.ts'
import { cannotWrite } from '../writing.ts'
import { openTarget } from './open-target.ts'
import type { Patience } from './patience.ts'
import { openPipe } from './pipe-writer.ts'
import { type Part, type WrittenEvents, writeParts } from './write-parts.ts'

/**
 * Opens a file or a pipe to write, `-` for standard output. A pipe that nobody reads is opened, too: see `openPipe`.
 *
 * @throws UsageError where it cannot be written
 */
export async function openOutput(path: string): Promise<Writable> {
  return openPipe(path) ?? (await openTarget(path))
}

/**
 * Writes parts to what was opened, and ends it: see `writeParts`.
 *
 * @param path - as it was opened
 * @returns undefined where who reads standard output has had enough
 * @throws UsageError where it cannot be written
 */
export async function writeOutput(
  path: string,
  target: Writable,
  parts: AsyncIterable<Part>,
  patience: Patience,
): Promise<WrittenEvents | undefined> {
  try {
    return await writeParts(parts, target, patience)
  } catch (error) {
    if (path !== '-') throw error instanceof UsageError ? error : cannotWrite(path, error)
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return undefined
    throw cannotWrite('/dev/stdout', error)
  }
}
