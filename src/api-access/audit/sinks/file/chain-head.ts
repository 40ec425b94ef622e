import { open, readFile } from 'node:fs/promises'
import { reasonOf } from '../../../../messages/index.ts'
import { appendLines } from '../../../../storage/index.ts'
import { type Anchor, GENESIS, type Link, linkOf, readAnchor } from '../../chain/index.ts'
import { decodeAuditEvents } from '../../event/index.ts'
import { readFiles } from '../../readers/index.ts'
import { rotatedFiles } from '../../readers/rotated-set.ts'

const TAIL_BYTES = 256 * 1024

/** Where a log's anchors stand: beside it, not rotated with it. */
export function anchorsPath(path: string): string {
  return `${path}.anchors`
}

/** @returns empty where there are none @throws Error of the operating system, for a file that cannot be read */
export async function readAnchors(path: string): Promise<readonly Anchor[]> {
  return readAnchorFile(await readFile(anchorsPath(path)).catch(absent(Buffer.alloc(0))))
}

/** @param content - JSON Lines; lines that are no anchors are left out */
export function readAnchorFile(content: Buffer): readonly Anchor[] {
  const lines = content.toString('utf8').split('\n')
  return lines.flatMap((line) => readAnchor(line) ?? [])
}

export async function appendAnchors(path: string, anchors: readonly Anchor[]): Promise<void> {
  if (anchors.length === 0) return
  const lines = anchors.map((anchor) => `${JSON.stringify(anchor)}\n`)
  await appendLines(anchorsPath(path), lines.join(''), 0o600)
}

/**
 * The link that a log's next event follows: the last event's, or the last anchor's where that is later. Then events are
 * missing, and the gap stays to be seen.
 *
 * @throws Error of the operating system, where it cannot be known: a chain that began anew would break the one there is
 */
export async function chainHead(path: string): Promise<Link> {
  const inLog = (await lastLink(path)) ?? (await lastLinkOfOlder(path)) ?? GENESIS
  const anchors = await readAnchors(path)
  const attested = anchors.reduce<Link>(
    (last, next) => (next.sequence > last.sequence ? next : last),
    GENESIS,
  )
  const { sequence, hash } = attested.sequence > inLog.sequence ? attested : inLog
  return { sequence, hash }
}

/** Looks at the end of the file first: the last event is nearly always there. */
async function lastLink(path: string): Promise<Link | undefined> {
  const file = await open(path).catch(absent(undefined))
  if (file === undefined) return undefined
  const { size } = await file.stat()
  const start = Math.max(0, size - TAIL_BYTES)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(TAIL_BYTES, size)), 0, undefined, start)
  await file.close()
  const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n').reverse()
  return (
    lines.map(linkOfLine).find((link) => link !== undefined) ??
    (start > 0 ? await lastLinkOf(path) : undefined)
  )
}

function linkOfLine(line: string): Link | undefined {
  try {
    const [decoded] = decodeAuditEvents(JSON.parse(line))
    return decoded !== undefined && 'event' in decoded ? linkOf(decoded.event) : undefined
  } catch {
    return undefined
  }
}

async function lastLinkOf(path: string): Promise<Link | undefined> {
  let last: Link | undefined
  for await (const batch of readFiles([path]))
    for (const item of batch) {
      if ('event' in item) last = linkOf(item.event) ?? last
      // What stands before it is not the end of the chain.
      else if (item.code === 'ERR_UNREADABLE') {
        const code = String(item.problem.data['reason'])
        throw Object.assign(new Error(`${code}: ${path}`), { code })
      }
    }
  return last
}

async function lastLinkOfOlder(path: string): Promise<Link | undefined> {
  for (const older of (await rotatedFiles(path)).toReversed()) {
    const link = await lastLinkOf(older.path)
    if (link !== undefined) return link
  }
  return undefined
}

/** What stands for a file that is not there; one that cannot be opened, as where too many files are open, is no such file. */
function absent<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (reasonOf(error) !== 'ENOENT') throw error
    return value
  }
}
