/** A power of two. Numbers of threads are given out in a row: that many end before one takes the place of another. */
const SLOTS = 4096

/**
 * Threads that ended lately, for parents that tell of them late: of those whose numbers share a place the last one. It
 * holds numbers alone, so that a machine that starts and ends processes all the time leaves nothing to be cleared away.
 */
export class RecentEnds {
  private readonly tids = new Float64Array(SLOTS).fill(-1)
  private readonly ptids = new Float64Array(SLOTS)
  private readonly lows = new Uint32Array(SLOTS)
  private readonly highs = new Uint32Array(SLOTS)

  /** @param low - when it ended, nanoseconds since 1970 in two halves */
  add(tid: number, ptid: number, low: number, high: number): void {
    const slot = tid & (SLOTS - 1)
    this.tids[slot] = tid
    this.ptids[slot] = ptid
    this.lows[slot] = low
    this.highs[slot] = high
  }

  /** Where a thread of this number and this parent is remembered; −1 where none is. */
  slotOf(tid: number, ptid: number): number {
    const slot = tid & (SLOTS - 1)
    return this.tids[slot] === tid && this.ptids[slot] === ptid ? slot : -1
  }

  low(slot: number): number {
    return this.lows[slot] as number
  }

  high(slot: number): number {
    return this.highs[slot] as number
  }
}
