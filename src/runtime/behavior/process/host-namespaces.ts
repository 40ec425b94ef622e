import { readlink } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Numbers that the kernel gives its first namespaces (Linux, include/uapi/linux/nsfs.h, enum init_ns_ino); those of `mnt`
 * and `net` since 6.18 only.
 */
const FIRST: Readonly<Record<string, number>> = {
  ipc: 0xefffffff,
  uts: 0xeffffffe,
  user: 0xeffffffd,
  pid: 0xeffffffc,
  cgroup: 0xeffffffb,
  time: 0xeffffffa,
  net: 0xeffffff9,
  mnt: 0xeffffff8,
}
const ONLY_OF_LATE: ReadonlySet<string> = new Set(['net', 'mnt'])

/** Tells whether a namespace, as /proc/PID/ns names it, is the node's; null where that cannot be told. */
export type HostNamespaces = (type: string, inode: string) => boolean | null

/**
 * The node's namespaces are those of its first process. Where that may not be read, as it has capabilities that we have
 * not, the kernel's own first ones are taken for them.
 *
 * @param proc - where the proc file system is mounted
 */
export async function readHostNamespaces(proc: string): Promise<HostNamespaces> {
  const ofFirst = new Map<string, string>()
  for (const type of Object.keys(FIRST)) {
    const inode = await readlink(join(proc, '1/ns', type)).catch(() => '')
    if (inode !== '') ofFirst.set(type, inode)
  }
  const ownInodes = await Promise.all(
    [...ONLY_OF_LATE].map((type) => readlink(join(proc, 'self/ns', type)).catch(() => '')),
  )
  const isLate = ownInodes.some((inode) => Object.values(FIRST).includes(numberOf(inode)))
  return (type, inode) => {
    const first = ofFirst.get(type)
    if (first !== undefined) return first === inode
    if (FIRST[type] === undefined) return null
    if (FIRST[type] === numberOf(inode)) return true
    return ONLY_OF_LATE.has(type) && !isLate ? null : false
  }
}

function numberOf(inode: string): number {
  return Number(/\[(\d+)\]/.exec(inode)?.[1] ?? 0)
}
