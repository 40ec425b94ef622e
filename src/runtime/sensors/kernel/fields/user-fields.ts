import { NOBODY } from '../thread.ts'
import type { Extract } from './extract.ts'

const UNKNOWN = '<NA>'

function ofUser(key: 'name' | 'home' | 'shell'): Extract {
  return ({ thread, state }) => {
    if (thread === undefined) return undefined
    return state.accountsOf(thread).users.get(thread.uid)?.[key] ?? UNKNOWN
  }
}

/** Users and groups of the event's thread; one of no name in the lists of its container, or of the machine, is `<NA>`. */
export const USER_EXTRACTS: Readonly<Record<string, Extract>> = {
  'user.uid': ({ thread }) => thread?.uid,
  'user.name': ofUser('name'),
  'user.homedir': ofUser('home'),
  'user.shell': ofUser('shell'),
  'user.loginuid': ({ thread }) => {
    if (thread === undefined) return undefined
    return thread.loginuid === NOBODY ? -1 : thread.loginuid
  },
  'user.loginname': ({ thread, state }) => {
    if (thread === undefined) return undefined
    return state.accountsOf(thread).users.get(thread.loginuid)?.name ?? UNKNOWN
  },
  'group.gid': ({ thread }) => thread?.gid,
  'group.name': ({ thread, state }) =>
    thread === undefined ? undefined : (state.accountsOf(thread).groups.get(thread.gid) ?? UNKNOWN),
}
