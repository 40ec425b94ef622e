import type { Accounts } from '../../kernel/kernel-state.ts'
import { readAccounts } from './read-accounts.ts'

const MOST_CONTAINERS = 10_000
/** Processes of a container that are looked at in vain: it may be that none may be looked at. */
const MOST_TRIES = 10
const MOST_WAITING = 1000

/**
 * The users of containers, read from their own files beside the events, one container at a time: a file system that does
 * not answer holds up the next ones, and nothing else.
 */
export class ContainerAccounts {
  private readonly known = new Map<string, Accounts>()
  private readonly tries = new Map<string, number>()
  /** A process of each container that is still to be looked at. */
  private readonly waiting = new Map<string, number>()
  private readonly tell: (id: string, accounts: Accounts) => void
  private readonly read: typeof readAccounts
  private isReading = false

  /** @param tell - given the users of a container as soon as they are read */
  constructor(tell: (id: string, accounts: Accounts) => void, read = readAccounts) {
    this.tell = tell
    this.read = read
  }

  /** Asks for those of a container, by one of its processes. Answers at once. */
  want(id: string, pid: number): void {
    const known = this.known.get(id)
    if (known !== undefined) {
      this.tell(id, known)
      return
    }
    const tries = this.tries.get(id) ?? 0
    if (tries >= MOST_TRIES || this.waiting.size >= MOST_WAITING) return
    this.waiting.set(id, pid)
    if (!this.isReading) void this.work()
  }

  private async work(): Promise<void> {
    this.isReading = true
    for (let next = this.next(); next !== undefined; next = this.next()) {
      const [id, pid] = next
      // Asked for again while it was being read.
      if (this.known.has(id)) continue
      this.note(this.tries, id, (this.tries.get(id) ?? 0) + 1)
      const accounts = await this.read('/proc', pid)
      if (accounts === undefined || accounts === 'early') continue
      this.tries.delete(id)
      this.note(this.known, id, accounts)
      this.tell(id, accounts)
    }
    this.isReading = false
  }

  private next(): readonly [string, number] | undefined {
    for (const entry of this.waiting) {
      this.waiting.delete(entry[0])
      return entry
    }
    return undefined
  }

  /** The oldest are forgotten: their containers are long gone. */
  private note<Value>(map: Map<string, Value>, id: string, value: Value): void {
    if (!map.has(id) && map.size >= MOST_CONTAINERS) {
      const [oldest] = map.keys()
      if (oldest !== undefined) map.delete(oldest)
    }
    map.set(id, value)
  }
}
