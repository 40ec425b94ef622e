import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A place in the queue: all records before it have been delivered. */
export interface Cursor {
  readonly segment: number
  readonly offset: number
}

/** @returns undefined where there is none, or none that can be read: then delivery begins anew, at least once */
export async function readCursor(folder: string): Promise<Cursor | undefined> {
  try {
    const { segment, offset } = JSON.parse(await readFile(join(folder, 'cursor.json'), 'utf8'))
    return Number.isSafeInteger(segment) && Number.isSafeInteger(offset) ? { segment, offset } : undefined
  } catch {
    return undefined
  }
}

/** Renaming replaces the file at once, so that it is never half written. */
export async function writeCursor(folder: string, cursor: Cursor): Promise<void> {
  const path = join(folder, 'cursor.json')
  await writeFile(`${path}.new`, JSON.stringify(cursor), { mode: 0o600 })
  await rename(`${path}.new`, path)
}
