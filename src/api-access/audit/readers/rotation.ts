import type { FileHandle } from 'node:fs/promises'
import { inflatedChunksOf } from './chunks.ts'
import { identityOf, openRotated } from './files.ts'
import { rotatedFiles } from './rotated-set.ts'
import type { Tail } from './tail.ts'

/** The identities of a log's files that were written before this one. */
export async function olderFiles(path: string, tail: Tail): Promise<ReadonlySet<string>> {
  const identities = new Set<string>()
  for (const { path: older } of await rotatedFiles(path)) {
    const found = await openRotated(older)
    if (found === undefined) continue
    const identity = await identityOf(found.file)
    await found.file.close()
    // Renamed already: what follows is newer.
    if (identity === tail.identity) break
    identities.add(identity)
  }
  return identities
}

/**
 * The files of a log that were written after this one, the oldest first. The file itself is known by its identity or,
 * where it has been compressed meanwhile, by how it begins.
 *
 * @param known - files that were written before it: where the file itself is gone, all others are newer
 */
export async function newerFiles(
  path: string,
  tail: Tail,
  known: ReadonlySet<string>,
): Promise<readonly string[]> {
  const newer: { readonly path: string; readonly identity: string }[] = []
  for (const older of (await rotatedFiles(path)).toReversed()) {
    const found = await openRotated(older.path)
    if (found === undefined) continue
    const identity = await identityOf(found.file)
    const isSame = identity === tail.identity || (await beginsLike(tail, found.file))
    await found.file.close()
    if (isSame) return newer.map((each) => each.path).toReversed()
    newer.push({ path: older.path, identity })
  }
  return newer
    .filter(({ identity }) => !known.has(identity))
    .map((each) => each.path)
    .toReversed()
}

/**
 * What a copy of the file has behind the place up to which the file was read.
 *
 * @returns undefined where the log has no copy of the file
 */
export async function restOfCopy(path: string, tail: Tail): Promise<AsyncIterable<Buffer> | undefined> {
  for (const older of (await rotatedFiles(path)).toReversed()) {
    const found = await openRotated(older.path)
    const isCopy = found !== undefined && (await beginsLike(tail, found.file))
    await found?.file.close()
    if (isCopy) return after(tail.position, older.path)
  }
  return undefined
}

async function beginsLike({ head }: Tail, file: FileHandle): Promise<boolean> {
  let start = Buffer.alloc(0)
  for await (const chunk of inflatedChunksOf(file)) {
    start = Buffer.concat([start, chunk])
    if (start.length >= head.length) break
  }
  return head.length > 0 && start.subarray(0, head.length).equals(head)
}

async function* after(position: number, path: string): AsyncGenerator<Buffer> {
  const found = await openRotated(path)
  if (found === undefined) return
  let skipped = 0
  for await (const chunk of inflatedChunksOf(found.file)) {
    const skip = Math.min(chunk.length, position - skipped)
    skipped += skip
    if (skip < chunk.length) yield chunk.subarray(skip)
  }
  await found.file.close()
}
