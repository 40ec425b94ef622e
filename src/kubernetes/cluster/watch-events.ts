import type { KubernetesObject } from '../objects/types.ts'

/** One line of a watch (Kubernetes API Concepts, "Efficient detection of changes"). */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  /** A `Status` where the type is ERROR. */
  readonly object: KubernetesObject
}

/** Far more than etcd takes of one object. */
const LINE_LIMIT = 32 * 2 ** 20

const TYPES: ReadonlySet<unknown> = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'])

/**
 * Reads the events of a watch, as they come in any pieces.
 *
 * @throws Error for what is no watch: another form, or a line beyond all measure; the stream is then of no more use
 */
export async function* watchEvents(chunks: AsyncIterable<Buffer>): AsyncGenerator<WatchEvent> {
  let parts: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      parts.push(chunk.subarray(start, end))
      yield* eventOf(Buffer.concat(parts).toString())
      parts = []
      length = 0
      start = end + 1
    }
    parts.push(chunk.subarray(start))
    length += chunk.length - start
    if (length > LINE_LIMIT) throw new Error(`a watch event of more than ${LINE_LIMIT / 2 ** 20} MiB`)
  }
  // A line that the end of the connection cut off is no event.
}

function eventOf(line: string): [] | [WatchEvent] {
  if (line.trim() === '') return []
  const event = JSON.parse(line) as { readonly type?: unknown; readonly object?: unknown } | null
  if (!TYPES.has(event?.type) || typeof event?.object !== 'object' || event.object === null)
    throw new Error('a line that is no watch event')
  return [event as WatchEvent]
}
