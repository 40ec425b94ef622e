import type { Writable } from 'node:stream'
import { UsageError } from '../exit.ts'
import { cannotWrite } from '../writing.ts'
import { openTarget } from './open-target.ts'
import { openPipe } from './pipe-writer.ts'
import { type Part, type WrittenEvents, writeParts } from './write-parts.ts'

/** How long an output may take for what it has not taken yet, once no more is to come. */
const GRACE_MILLISECONDS = 5000

/** How long an output is waited for. */
export interface Patience {
  /** Aborts when it is at its end. */
  readonly signal: AbortSignal
  /** No more is to come: what has not been taken in five seconds is not waited for. */
  end(): void
  /** The output is written. */
  release(): void
}

export function createPatience(): Patience {
  const impatience = new AbortController()
  let grace: NodeJS.Timeout | undefined
  return {
    signal: impatience.signal,
    end() {
      grace ??= setTimeout(() => impatience.abort(), GRACE_MILLISECONDS).unref()
    },
    release: () => clearTimeout(grace),
  }
}

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
  impatience: AbortSignal,
): Promise<WrittenEvents | undefined> {
  try {
    return await writeParts(parts, target, impatience)
  } catch (error) {
    if (path !== '-') throw error instanceof UsageError ? error : cannotWrite(path, error)
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return undefined
    throw cannotWrite('/dev/stdout', error)
  }
}
