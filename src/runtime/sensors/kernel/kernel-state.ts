import { EVENT_FLAGS, EVENT_TYPES, parameterIndex } from '../schema/event-types.ts'
import type { Container } from './container.ts'
import type { Address, Descriptor } from './descriptor.ts'
import type { KernelEvent } from './kernel-event.ts'
import type { Thread } from './thread.ts'
import { ThreadTable } from './thread-table.ts'
import { INTRODUCTIONS, TRANSITIONS, type Transition } from './transitions/index.ts'
import { createsThreads } from './transitions/processes.ts'

interface User {
  readonly name: string
  readonly home: string
  readonly shell: string
}

/** Users and groups of a container, which are not those of the machine. */
export interface Accounts {
  readonly users: Map<number, User>
  /** Names of groups. */
  readonly groups: Map<number, string>
}

/** An interface for IPv4. */
export interface Interface {
  readonly address: number
  readonly mask: number
}

/**
 * What is known of a machine's processes, their open files, its users and its containers, carried on from event to event
 * as Falco's libs do it (libsinsp, parsers.cpp, threadinfo.cpp). Whatever gives events in the form of `KernelEvent` can
 * feed it: a capture file, a sensor in the kernel.
 */
export class KernelState {
  readonly threads = new ThreadTable()
  readonly users = new Map<number, User>()
  /** Names of groups. */
  readonly groups = new Map<number, string>()
  /** Of containers whose own are known, by the container's id of twelve digits. */
  readonly accounts = new Map<string, Accounts>()
  /** Addresses of the machine's own interfaces, and what is known of those for IPv4. */
  readonly addresses = new Set<Address>()
  readonly interfaces: Interface[] = []
  /** Names that lead to an address, by the address as text; empty where none are looked up. */
  hostNames: ReadonlyMap<string, readonly string[]> = new Map()
  readonly containers = new Map<string, Container>()
  /** Of the machine that the events are from; empty where it is not known. */
  hostname = ''

  /** What the last event closed or ended, and the next one no longer sees. */
  private closingIn: Thread | undefined
  private closing = 0
  private ending: Thread | undefined

  /**
   * Brings the state up to the event, and the event to what the state knows: its thread and its descriptor. Execve, clone
   * and open events see the state that they make, close and exit events that which they end.
   */
  apply(event: KernelEvent): void {
    this.finishLast()
    const { type } = event
    const number = type.number
    event.thread = this.threadOf(event.tid, number)
    event.descriptor = undefined
    event.descriptorNumber = undefined
    event.nameChanged = false
    event.pathAsked = undefined
    if (type.descriptor >= 0) {
      const descriptor = event.int64(type.descriptor, -1)
      event.descriptorNumber = descriptor
      event.descriptor = this.descriptorOf(event.thread, descriptor)
    } else if ((type.flags & CREATES_OR_USES) !== 0) event.descriptorNumber = -1
    const transition = BY_NUMBER[number]
    if (transition !== undefined) transition(this, event)
  }

  /**
   * Takes from an event of the sensor's own what was so before the next one: what a thread is whose beginning was not told;
   * or, from one that opens a file, what the descriptor is, unless it is known. The opening of a known one may have been told
   * with another path to the same file.
   */
  complete(event: KernelEvent): void {
    this.finishLast()
    const { type } = event
    const introduce = INTRODUCTIONS[type.symbol]
    if (introduce !== undefined) {
      introduce(this, event)
      return
    }
    const index = parameterIndex(type, 'ino')
    if (index < 0) return
    const inode = event.uint64(index)
    const known = this.descriptorOf(this.threads.get(event.tid), event.int64(0, -1))
    // What has no inode is none of a file: one that an exec closed, and the state did not see closed.
    if (known?.inode !== inode) this.apply(event)
  }

  /** What the last event closed or ended goes. */
  private finishLast(): void {
    if (this.closingIn !== undefined) {
      this.closingIn.descriptors.delete(this.closing)
      this.closingIn = undefined
    }
    if (this.ending !== undefined) {
      this.threads.remove(this.ending)
      this.ending = undefined
    }
  }

  private threadOf(tid: number, type: number): Thread | undefined {
    if (tid < 0) return undefined
    const known = this.threads.get(tid)
    if (known !== undefined || MAY_BE_UNKNOWN[type] === 1) return known
    return this.threads.addPlaceholder(tid)
  }

  /** The thread that holds what all threads of a process share. */
  mainOf(thread: Thread): Thread | undefined {
    return thread.tid === thread.pid || thread.isPlaceholder ? thread : this.threads.get(thread.pid)
  }

  descriptorOf(thread: Thread | undefined, number: number): Descriptor | undefined {
    if (thread === undefined || number < 0) return undefined
    return this.mainOf(thread)?.descriptors.get(number)
  }

  /** Adds a descriptor to the process of the event's thread, which the event is then about. */
  open(event: KernelEvent, number: number, descriptor: Descriptor): void {
    event.descriptorNumber = number
    event.descriptor = descriptor
    const { thread } = event
    const main = thread === undefined ? undefined : this.mainOf(thread)
    if (main === undefined) return
    if (main.descriptors.size < MOST_DESCRIPTORS || main.descriptors.get(number) !== undefined)
      main.descriptors.set(number, descriptor)
  }

  /** The descriptor is another one by now, of which nothing is known. */
  forget({ thread }: KernelEvent, number: number): void {
    if (thread !== undefined) this.mainOf(thread)?.descriptors.delete(number)
  }

  /** Takes the descriptor away before the next event. */
  close(event: KernelEvent, number: number): void {
    const { thread } = event
    const main = thread === undefined ? undefined : this.mainOf(thread)
    if (main === undefined) return
    this.closingIn = main
    this.closing = number
  }

  /** Takes the thread away before the next event. */
  end(thread: Thread): void {
    this.ending = thread
  }

  /** Of which of its addresses the machine speaks to another one: that of its network, or else the first. */
  ownAddress(other: number): number | undefined {
    if (other >>> 24 === LOOPBACK) return other
    const near = this.interfaces.find(({ address, mask }) => (address & mask) === (other & mask))
    return (near ?? this.interfaces.find(({ address }) => address >>> 24 !== LOOPBACK))?.address
  }

  /** Users and groups as the thread's container has them; where its own are not known, as the machine has them. */
  accountsOf(thread: Thread | undefined): Accounts {
    if (thread === undefined || this.accounts.size === 0) return this
    return this.accounts.get(thread.containerId) ?? this
  }

  /** The main thread of the parent. */
  parentOf(thread: Thread): Thread | undefined {
    if (thread.ptid <= 0) return undefined
    const parent = this.threads.get(thread.ptid)
    const main = parent === undefined ? undefined : this.mainOf(parent)
    return main === thread ? undefined : main
  }
}

/** Of one process; as many as libs keeps. */
const MOST_DESCRIPTORS = 4096

const LOOPBACK = 127

const CREATES_OR_USES =
  EVENT_FLAGS.createsDescriptor | EVENT_FLAGS.usesDescriptor | EVENT_FLAGS.destroysDescriptor

const BY_NUMBER: readonly (Transition | undefined)[] = EVENT_TYPES.map(({ symbol }) => TRANSITIONS[symbol])

/** Events whose threads need not be known: those that make or end them, and statistics. */
const MAY_BE_UNKNOWN = Uint8Array.from(EVENT_TYPES, ({ symbol, name, flags }) =>
  createsThreads(symbol) || name === 'procexit' || name === 'switch' || (flags & EVENT_FLAGS.statistics) !== 0
    ? 1
    : 0,
)
