import { type SensorIncident, SILENT } from './incidents.ts'

/** One run of a program that tells of events. */
export interface SensorRun<Piece> {
  /** What it tells. */
  readonly pieces: AsyncIterable<Piece>
  /** Ends it at once, even where it does not listen. */
  kill(): void
  /** Why it ended. Never rejects. */
  readonly ended: Promise<string>
}

/** What a run is to say of itself. */
export interface RunReports {
  /** It has given a sign of life, besides its pieces. */
  heard(): void
  /** It is seeing events. */
  ready(): void
}

/** What happens beside the events. */
export interface RunIncidents {
  /** It is seeing events, for the first time or again. */
  ready(): void
  happened(incident: SensorIncident): void
  /** It cannot run here. */
  failed(reason: string): void
}

/** Milliseconds before a sensor that ended is started again: doubled each time, until it has run for a while. */
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 30_000
const RUNS_WELL_AFTER = 60_000

/** It gives a sign of life each second; one that is stopped, or hangs, gives none, and is ended after this long. */
export const LONGEST_SILENCE = 15_000

/** How long to wait before each new start. */
function createPauses(): (ranMilliseconds: number) => number {
  let wait = FIRST_PAUSE
  return (ran) => {
    if (ran > RUNS_WELL_AFTER) wait = FIRST_PAUSE
    const now = wait
    wait = Math.min(wait * 2, LONGEST_PAUSE)
    return now
  }
}

/**
 * Keeps a sensor running: one that ends by itself, is killed or says nothing any more is started again with growing
 * pauses, and the gap is told. One that never became ready is not: it cannot run here, and the caller has another choice to make.
 *
 * @param start - begins a run
 * @param stopping - aborts when it is to end for good; to end the run that is going on then is left to the caller
 * @param pause - waits so many milliseconds, or until the signal aborts
 * @param longestSilence - milliseconds without a sign of life after which it is ended
 * @returns its pieces, and `restart` where a run is over and another one is to come
 */
export async function* keepRunning<Piece>(
  start: (reports: RunReports) => SensorRun<Piece>,
  incidents: RunIncidents,
  stopping: AbortSignal,
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void>,
  longestSilence = LONGEST_SILENCE,
): AsyncGenerator<Piece | 'restart'> {
  const pauses = createPauses()
  let hasBeenReady = false
  let gap: { start: number; cause: string } | undefined
  while (!stopping.aborted) {
    let isReady = false
    let isSilent = false
    const began = performance.now()
    const life = signsOfLife()
    const run = start({
      heard: life.heard,
      ready() {
        isReady = true
        incidents.ready()
        if (gap !== undefined) incidents.happened({ kind: 'gap', ...gap, end: Date.now() })
        gap = undefined
      },
    })
    const watch = setInterval(() => {
      if (!life.isSilent() || !isReady) return
      isSilent = true
      run.kill()
    }, longestSilence / LOOKS)
    try {
      for await (const piece of run.pieces) {
        life.working()
        yield piece
        life.listening()
      }
    } finally {
      clearInterval(watch)
    }
    const reason = await run.ended
    hasBeenReady ||= isReady
    if (stopping.aborted) return
    if (!hasBeenReady) return incidents.failed(reason)
    const cause = isSilent ? SILENT : reason
    gap ??= { start: life.last(), cause }
    incidents.happened({ kind: 'stopped', time: Date.now(), cause })
    // Before the pause: what is known of it by then is to be told at once.
    yield 'restart'
    await pause(pauses(performance.now() - began), stopping)
  }
}

/** How often a sensor is looked after within its longest silence. */
export const LOOKS = 4

/**
 * When a sensor was last heard of, and whether it is silent. It can be so only where it is listened to: while what it said is
 * worked off, its pipe may be full, and it has to wait with the next word, although it is well. So looks are counted, not
 * milliseconds: time in which this process did not run either is no silence of the sensor.
 */
export function signsOfLife() {
  let time = Date.now()
  let hasSpoken = true
  let isWorking = false
  let quietLooks = 0
  const heard = () => {
    time = Date.now()
    hasSpoken = true
  }
  return {
    /** It has said something. */
    heard,
    /** What it said is worked off; nothing more is read meanwhile. */
    working() {
      heard()
      isWorking = true
    },
    /** It is listened to again. */
    listening() {
      heard()
      isWorking = false
    },
    /** To be asked `LOOKS` times within the longest silence. */
    isSilent(): boolean {
      quietLooks = hasSpoken || isWorking ? 0 : quietLooks + 1
      hasSpoken = false
      return quietLooks >= LOOKS
    },
    /** The time of the last sign of life, in milliseconds since 1970. */
    last: () => time,
  }
}
