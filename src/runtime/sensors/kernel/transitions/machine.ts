import { readContainer } from '../container.ts'
import type { Accounts, KernelState } from '../kernel-state.ts'
import type { Transition } from './transition.ts'

/** Users of containers are not those of the machine: `uid, gid, name, home, shell, container_id`. */
const addsUser: Transition = (state, event) => {
  const users = accountsOf(state, event.text(5))?.users
  if (users === undefined || users.size >= MOST_USERS) return
  users.set(event.uint32(0), { name: event.text(2), home: event.text(3), shell: event.text(4) })
}

const deletesUser: Transition = (state, event) => {
  accountsOf(state, event.text(5))?.users.delete(event.uint32(0))
}

const addsGroup: Transition = (state, event) => {
  const groups = accountsOf(state, event.text(2))?.groups
  if (groups !== undefined && groups.size < MOST_USERS) groups.set(event.uint32(0), event.text(1))
}

const deletesGroup: Transition = (state, event) => {
  accountsOf(state, event.text(2))?.groups.delete(event.uint32(0))
}

/** Of one container, or the machine. */
const MOST_USERS = 65_536

/** Those of the machine for an empty id; undefined where there are too many containers. */
function accountsOf(state: KernelState, container: string): Accounts | undefined {
  if (container === '') return state
  const known = state.accounts.get(container)
  if (known !== undefined || state.accounts.size >= MOST_CONTAINERS) return known
  const accounts: Accounts = { users: new Map(), groups: new Map() }
  state.accounts.set(container, accounts)
  return accounts
}

const MOST_CONTAINERS = 10_000

const addsContainer: Transition = (state, event) => {
  const container = readContainer(event.text(0))
  if (container === undefined) return
  if (state.containers.size >= MOST_CONTAINERS) {
    const [oldest] = state.containers.keys()
    if (oldest !== undefined) state.containers.delete(oldest)
  }
  state.containers.set(container.id, container)
}

/** Memory of the process, as calls that change it tell: total, resident, swapped, from a parameter on. */
function measures(first: number): Transition {
  return (_, event) => {
    const { thread } = event
    if (thread === undefined) return
    thread.memory = event.uint32(first, thread.memory)
    thread.residentMemory = event.uint32(first + 1, thread.residentMemory)
    thread.swap = event.uint32(first + 2, thread.swap)
  }
}

/** The next thread, faults, memory: what the thread that leaves the processor has used. */
const switches: Transition = (state, event) => {
  const { thread } = event
  if (thread === undefined) return
  thread.majorFaults = event.uint64(1, thread.majorFaults)
  thread.minorFaults = event.uint64(2, thread.minorFaults)
  measures(3)(state, event)
}

export const MACHINE: Readonly<Record<string, Transition>> = {
  USER_ADDED_E: addsUser,
  USER_DELETED_E: deletesUser,
  GROUP_ADDED_E: addsGroup,
  GROUP_DELETED_E: deletesGroup,
  CONTAINER_JSON_E: addsContainer,
  CONTAINER_JSON_2_E: addsContainer,
  SYSCALL_BRK_4_X: measures(1),
  SYSCALL_MMAP_X: measures(1),
  SYSCALL_MMAP2_X: measures(1),
  SYSCALL_MUNMAP_X: measures(1),
  SCHEDSWITCH_6_E: switches,
}
