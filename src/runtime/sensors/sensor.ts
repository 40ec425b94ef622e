import type { Message } from '../../messages/index.ts'

/** Where a record stands. */
export interface SensorPosition {
  /** A file's path, `-` for standard input, or an address that sent it. */
  readonly source: string
  /** From 1; 0 where the source has no lines. */
  readonly line: number
}

/** Something of a source that is no event, or not quite one. The sensor goes on behind it. */
export interface SensorProblem {
  /** Stable, e.g. `ERR_NOT_JSON`. */
  readonly code: string
  readonly problem: Message
  readonly position: SensorPosition
  /** Whether an event is lost by it: invalid bytes in a line that could be read all the same lose none. */
  readonly isLoss: boolean
}

/** What a sensor gives at a time, in the order of its source. */
export interface SensorBatch<E> {
  /** To be gone through once. Some sensors move one event along: nothing of it may be kept when the next is taken. */
  readonly events: Iterable<E>
  readonly problems: readonly SensorProblem[]
  /** Said, batch after batch, once all that comes of it is safe. Until then the source keeps it, and may give it again. */
  readonly done?: () => void
}

/** Events of one source, as they come. It throws for nothing that it reads. */
export type Sensor<E> = AsyncIterable<SensorBatch<E>>
