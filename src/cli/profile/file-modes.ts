import { lstat, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Recording } from '../../runtime/behavior/index.ts'
import { findContainers } from '../workload/running-containers.ts'

const PROC = '/proc'
/** Linux follows no more (MAXSYMLINKS). */
const MOST_LINKS = 40
const READABLE_BY_OTHERS = 0o004
const ENTERED_BY_OTHERS = 0o001

/**
 * Adds to recordings which of the files that were read others than their owner and group cannot read, as long as the
 * containers run on this machine; to those that do not, that their modes are not known.
 */
export async function withFileModes(
  recordings: readonly Recording[],
  containerRuntime: string | undefined,
): Promise<readonly Recording[]> {
  const running = await findContainers(containerRuntime === undefined ? {} : { containerRuntime }, PROC)
  return Promise.all(
    recordings.map(async (recording) => {
      const pid = running.find(({ id }) => id.startsWith(recording.container.id))?.pids[0]
      if (pid === undefined) return { ...recording, cut: [...recording.cut, 'modes'] }
      const root = join(PROC, String(pid), 'root')
      const rootOnly: string[] = []
      for (const path of recording.read) if (await isClosed(root, path)) rootOnly.push(path)
      return { ...recording, rootOnly }
    }),
  )
}

/** Files of the kernel look different to another user, and devices are not the image's. */
const NOT_OF_IMAGE = /^\/(?:proc|sys|dev)(?:\/|$)/

/**
 * Whether others cannot read a file, or not come to it. Links are followed by hand: absolute ones would lead out of the
 * container's root. What is gone by now is passed over.
 */
async function isClosed(root: string, path: string): Promise<boolean> {
  if (NOT_OF_IMAGE.test(path)) return false
  let parts = path.split('/').filter((part) => part !== '')
  let at: string[] = []
  for (let links = 0; parts.length > 0; ) {
    const [part = '', ...rest] = parts
    parts = rest
    if (part === '..') at = at.slice(0, -1)
    if (part === '..' || part === '.') continue
    const place = join(root, ...at, part)
    const found = await lstat(place).catch(() => undefined)
    if (found === undefined) return false
    if (found.isSymbolicLink()) {
      if (++links > MOST_LINKS) return false
      const target = await readlink(place).catch(() => '')
      if (target.startsWith('/')) at = []
      parts = [...target.split('/').filter((each) => each !== ''), ...rest]
      continue
    }
    const needed = found.isDirectory() ? ENTERED_BY_OTHERS : READABLE_BY_OTHERS
    if ((found.mode & needed) === 0) return true
    at = [...at, part]
  }
  return false
}
