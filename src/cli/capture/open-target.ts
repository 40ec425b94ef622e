import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import { cannotWrite } from '../writing.ts'

/**
 * Opens a file to write, `-` for standard output.
 *
 * @throws UsageError where it cannot be written
 */
export async function openTarget(path: string): Promise<Writable> {
  if (path === '-') return process.stdout
  const stream = createWriteStream(path)
  try {
    await once(stream, 'open')
  } catch (error) {
    throw cannotWrite(path, error)
  }
  return stream
}
