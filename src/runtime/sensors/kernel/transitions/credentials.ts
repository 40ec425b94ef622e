import { NOBODY } from '../thread.ts'
import type { Transition } from './transition.ts'

const NEW_USER_NAMESPACE = 1_048_576
const EVERY_CAPABILITY = 0x1ff_ffff_ffffn

/** `res`, then real and effective user: the effective one counts. −1 leaves it as it is. */
function setsUser(parameter: number): Transition {
  return (_, event) => {
    if (event.thread === undefined || event.int64(0, -1) < 0) return
    const uid = event.uint32(parameter, NOBODY)
    if (uid !== NOBODY) event.thread.uid = uid
  }
}

function setsGroup(parameter: number): Transition {
  return (_, event) => {
    if (event.thread === undefined || event.int64(0, -1) < 0) return
    const gid = event.uint32(parameter, NOBODY)
    if (gid !== NOBODY) event.thread.gid = gid
  }
}

const capset: Transition = (_, event) => {
  const { thread } = event
  if (thread === undefined || event.int64(0, -1) < 0) return
  thread.capInheritable = event.exactUint64(1)
  thread.capPermitted = event.exactUint64(2)
  thread.capEffective = event.exactUint64(3)
}

/** Who makes a namespace of users has every capability in it. */
function entersNamespace(flags: number): Transition {
  return (_, event) => {
    const { thread } = event
    if (thread === undefined || event.int64(0, -1) < 0) return
    if ((event.uint32(flags) & NEW_USER_NAMESPACE) === 0) return
    thread.capPermitted = EVERY_CAPABILITY
    thread.capEffective = EVERY_CAPABILITY
  }
}

export const CREDENTIALS: Readonly<Record<string, Transition>> = {
  SYSCALL_SETUID_X: setsUser(1),
  SYSCALL_SETRESUID_X: setsUser(2),
  SYSCALL_SETREUID_X: setsUser(2),
  SYSCALL_SETGID_X: setsGroup(1),
  SYSCALL_SETRESGID_X: setsGroup(2),
  SYSCALL_SETREGID_X: setsGroup(2),
  SYSCALL_CAPSET_X: capset,
  SYSCALL_UNSHARE_X: entersNamespace(1),
  SYSCALL_SETNS_X: entersNamespace(2),
}
