import { constants, type FileHandle, lstat, open, readFile, stat } from 'node:fs/promises'
import type { Accounts } from '../../kernel/kernel-state.ts'

/** A longer list of users is none that anybody keeps. */
const LARGEST_LIST = 1024 * 1024
const MOST_ENTRIES = 65_536

/** File systems that another program or machine answers for, as long as it likes. */
const ANSWERED_BY_OTHERS = /^(fuse|nfs|cifs|smb|9p|ceph|virtiofs)/

/**
 * The users and groups of the container that a process is in, from its own /etc/passwd and /etc/group.
 *
 * What is read belongs to the container: links are not followed, what is no plain file is not opened, and file systems that
 * might never answer are left alone.
 *
 * @param proc - where processes are, `/proc`
 * @returns `'early'` where the process has not entered its container yet; undefined where they cannot be read
 */
export async function readAccounts(proc: string, pid: number): Promise<Accounts | 'early' | undefined> {
  const root = `${proc}/${pid}/root`
  try {
    // The runtime's own process is in the container's control group before its root is the container's.
    const [own, machine] = await Promise.all([
      stat(root),
      // Some machines let nobody look at their first process: then what counts is whether it is in ours.
      stat(`${proc}/1/root`).catch(() => stat(`${proc}/self/root`)),
    ])
    if (own.dev === machine.dev && own.ino === machine.ino) return 'early'
    const mounts = await readFile(`${proc}/${pid}/mountinfo`, 'utf8')
    if (!(await lstat(`${root}/etc`)).isDirectory()) return undefined
    const [passwd, group] = await Promise.all(
      ['/etc/passwd', '/etc/group'].map((path) =>
        isAnsweredByOthers(mounts, path) ? '' : contentOf(`${root}${path}`),
      ),
    )
    return parseAccounts(passwd ?? '', group ?? '')
  } catch {
    // It has ended, or must not be looked at.
    return undefined
  }
}

/** Empty where there is none. */
async function contentOf(path: string): Promise<string> {
  let file: FileHandle | undefined
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const status = await file.stat()
    return status.isFile() && status.size <= LARGEST_LIST ? await file.readFile('utf8') : ''
  } catch {
    return ''
  } finally {
    await file?.close()
  }
}

/** `36 35 98:0 /root /point options - type source …` (proc(5), mountinfo): the mount that a path lies in is the longest, the last of equals. */
export function isAnsweredByOthers(mountinfo: string, path: string): boolean {
  let found = ''
  let type = ''
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ')
    const point = (before.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    )
    const isAround = point === '/' || path === point || path.startsWith(`${point}/`)
    if (point === '' || !isAround || point.length < found.length) continue
    found = point
    type = after.split(' ')[0] ?? ''
  }
  return ANSWERED_BY_OTHERS.test(type)
}

/** Lines of passwd(5) and group(5); of several for a number the first counts, as for the C library. */
export function parseAccounts(passwd: string, group: string): Accounts {
  const accounts: Accounts = { users: new Map(), groups: new Map() }
  for (const [name = '', , uid, , , home = '', shell = ''] of entriesOf(passwd)) {
    const number = numberOf(uid)
    if (number !== undefined && name !== '' && !accounts.users.has(number))
      accounts.users.set(number, { name, home, shell })
  }
  for (const [name = '', , gid] of entriesOf(group)) {
    const number = numberOf(gid)
    if (number !== undefined && name !== '' && !accounts.groups.has(number)) accounts.groups.set(number, name)
  }
  return accounts
}

function entriesOf(text: string): readonly (readonly string[])[] {
  return text
    .split('\n', MOST_ENTRIES)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'))
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= 0xffffffff
    ? Number(text)
    : undefined
}
