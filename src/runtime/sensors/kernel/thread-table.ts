import type { KernelEvent } from './kernel-event.ts'
import { RecentEnds } from './recent-ends.ts'
import { SmallSet } from './small-set.ts'
import { Thread, type ThreadGroup } from './thread.ts'

/** As many as libs keeps; a machine with more loses sight of those that come later. */
const MOST_THREADS = 131_072

/** How long a number of a thread is taken for the same thread. */
const REUSE_NANOSECONDS = 2_000_000_000

/** The threads of a machine by their numbers, their groups and their children. */
export class ThreadTable {
  private readonly byTid = new Map<number, Thread>()
  private readonly ended = new RecentEnds()
  private last: Thread | undefined

  get(tid: number): Thread | undefined {
    const { last } = this
    if (last !== undefined && last.tid === tid) return last
    const found = this.byTid.get(tid)
    if (found !== undefined) this.last = found
    return found
  }

  get size(): number {
    return this.byTid.size
  }

  values(): IterableIterator<Thread> {
    return this.byTid.values()
  }

  /** A thread that is new, or takes the place of one with the same number. */
  add(thread: Thread): void {
    const earlier = this.byTid.get(thread.tid)
    if (earlier !== undefined) this.unlink(earlier)
    else if (this.byTid.size >= MOST_THREADS) return
    this.byTid.set(thread.tid, thread)
    this.last = undefined
    this.join(thread)
    this.adopt(thread)
  }

  /** A thread of which nothing is known but its number. */
  addPlaceholder(tid: number): Thread {
    const thread = new Thread(tid, -1)
    thread.isPlaceholder = true
    thread.fdlimit = 0
    thread.exe = '<NA>'
    thread.setProgram('<NA>', '')
    if (this.byTid.size < MOST_THREADS) this.byTid.set(tid, thread)
    return thread
  }

  /** Puts every thread under its parent and into the group of its main thread: lists do not go from parents to children. */
  linkChildren(): void {
    for (const thread of this.byTid.values()) {
      const main = this.byTid.get(thread.pid)
      if (main?.group !== undefined && thread.group !== main.group) {
        thread.group?.threads.delete(thread)
        thread.group = main.group
        main.group.threads.add(thread)
      }
      this.adopt(thread)
    }
  }

  /** Puts a thread under its parent. */
  adopt(thread: Thread): void {
    const parent = this.byTid.get(thread.ptid)
    if (parent === undefined || parent === thread) return
    parent.children ??= new SmallSet()
    parent.children.add(thread)
  }

  /** Takes a thread out of its parent's children. */
  disown(thread: Thread): void {
    this.byTid.get(thread.ptid)?.children?.delete(thread)
  }

  private join(thread: Thread): void {
    const group = this.byTid.get(thread.pid)?.group ?? newGroup(thread.pid)
    group.threads.add(thread)
    thread.group = group
  }

  /** Takes a thread out for good; a main thread stays for as long as its group has others. */
  remove(thread: Thread): void {
    const { group } = thread
    group?.threads.delete(thread)
    if (thread.isMain() && group !== undefined && group.threads.size > 0) return
    this.drop(thread)
    if (thread.isMain() || group === undefined || group.threads.size > 0) return
    const main = this.byTid.get(thread.pid)
    if (main?.isDead === true && main.group === group) this.drop(main)
  }

  private drop(thread: Thread): void {
    this.unlink(thread)
    if (this.byTid.get(thread.tid) === thread) this.byTid.delete(thread.tid)
    this.last = undefined
  }

  private unlink(thread: Thread): void {
    thread.group?.threads.delete(thread)
    this.disown(thread)
  }

  /** Remembers that a thread has ended. */
  noteEnd({ tid, ptid }: Thread, { timeLow, timeHigh }: KernelEvent): void {
    this.ended.add(tid, ptid, timeLow, timeHigh)
  }

  /** Whether a child of this number and this parent ended just now. */
  hasJustEnded(tid: number, ptid: number, event: KernelEvent): boolean {
    const slot = this.ended.slotOf(tid, ptid)
    return slot >= 0 && isRecent(this.ended.low(slot), this.ended.high(slot), event)
  }
}

function newGroup(pid: number): ThreadGroup {
  return { pid, threads: new SmallSet(), isReaper: false }
}

/** Whether a time in two halves is less than two seconds from the event: it may seem to be later where a clock was set back. */
export function isRecent(low: number, high: number, { timeLow, timeHigh }: KernelEvent): boolean {
  return Math.abs(nanosecondsBetween(low, high, timeLow, timeHigh)) < REUSE_NANOSECONDS
}

/** From the first time to the second, both in two halves. */
export function nanosecondsBetween(fromLow: number, fromHigh: number, toLow: number, toHigh: number): number {
  return (toHigh - fromHigh) * 4_294_967_296 + (toLow - fromLow)
}
