import { lstat, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Recording } from '../../runtime/behavior/index.ts'
import type { RunningContainer } from '../workload/running-containers.ts'

/** Linux follows no more (MAXSYMLINKS). */
const MOST_LINKS = 40
const READABLE_BY_OTHERS = 0o004
const ENTERED_BY_OTHERS = 0o001

/** Whether others than its owner and group can read a file; `gone` where it is not there. */
type Access = 'open' | 'closed' | 'gone'

/**
 * Adds to recordings which of the files that were read others than their owner and group cannot read. It is looked up in the
 * container as long as it runs on this machine. One that has ended (a rollout replaces a pod while it is recorded) is stood in
 * for by another recording's container of the same name and image that runs, where all of the files are there: those of one
 * image have the same modes. To the other recordings it adds that the modes are not known.
 *
 * @param running - containers that run on this machine
 * @param proc - where its processes are: `/proc`
 */
export async function withFileModes(
  recordings: readonly Recording[],
  running: readonly Pick<RunningContainer, 'id' | 'pids'>[],
  proc: string,
): Promise<readonly Recording[]> {
  const rootOf = ({ container }: Recording): string | undefined => {
    const pid = running.find(({ id }) => id.startsWith(container.id))?.pids[0]
    return pid === undefined ? undefined : join(proc, String(pid), 'root')
  }
  return Promise.all(recordings.map(withModes))

  async function withModes(recording: Recording): Promise<Recording> {
    const own = rootOf(recording)
    if (own !== undefined) return { ...recording, rootOnly: (await modesIn(own, recording)).closed }
    for (const root of recordings.filter((each) => isSameImage(each, recording)).map(rootOf)) {
      const modes = root === undefined ? undefined : await modesIn(root, recording)
      if (modes?.gone.length === 0) return { ...recording, rootOnly: modes.closed }
    }
    return { ...recording, cut: [...recording.cut, 'modes'] }
  }
}

/** What names neither container nor image, such as the sandbox of a pod, is like nothing else. */
function isSameImage({ container: a }: Recording, { container: b }: Recording): boolean {
  return a.image !== '' && a.image === b.image && a.name === b.name
}

async function modesIn(
  root: string,
  { read }: Recording,
): Promise<{ readonly closed: readonly string[]; readonly gone: readonly string[] }> {
  const found = await Promise.all(read.map(async (path) => ({ path, access: await accessOf(root, path) })))
  const those = (wanted: Access) => found.filter(({ access }) => access === wanted).map(({ path }) => path)
  return { closed: those('closed'), gone: those('gone') }
}

/** Files of the kernel look different to another user, and devices are not the image's. */
const NOT_OF_IMAGE = /^\/(?:proc|sys|dev)(?:\/|$)/

/**
 * Whether others can read a file, and come to it. Links are followed by hand: absolute ones would lead out of the container's
 * root.
 */
async function accessOf(root: string, path: string): Promise<Access> {
  if (NOT_OF_IMAGE.test(path)) return 'open'
  let parts = path.split('/').filter((part) => part !== '')
  let at: string[] = []
  for (let links = 0; parts.length > 0; ) {
    const [part = '', ...rest] = parts
    parts = rest
    if (part === '..') at = at.slice(0, -1)
    if (part === '..' || part === '.') continue
    const place = join(root, ...at, part)
    const found = await lstat(place).catch(() => undefined)
    if (found === undefined) return 'gone'
    if (found.isSymbolicLink()) {
      if (++links > MOST_LINKS) return 'gone'
      const target = await readlink(place).catch(() => '')
      if (target.startsWith('/')) at = []
      parts = [...target.split('/').filter((each) => each !== ''), ...rest]
      continue
    }
    const needed = found.isDirectory() ? ENTERED_BY_OTHERS : READABLE_BY_OTHERS
    if ((found.mode & needed) === 0) return 'closed'
    at = [...at, part]
  }
  return 'open'
}
