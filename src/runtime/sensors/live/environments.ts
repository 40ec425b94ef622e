import { Buffer } from 'node:buffer'
import { open } from 'node:fs/promises'
import type { ThreadTable } from '../kernel/thread-table.ts'
import { textOf } from '../text.ts'
import { fewAtATime } from './containers/few-at-a-time.ts'

/** As many as the sensor reads of a program that begins. */
const MOST_BYTES = 4096

/**
 * Reads what environment variables processes began with of which that is not known: they run longer than it is asked for.
 * What has ended meanwhile, or may not be looked at, stays without.
 *
 * @param isWanted - asked before each; false ends it
 */
export async function readEnvironments(threads: ThreadTable, isWanted: () => boolean): Promise<void> {
  const unknown = [...threads.values()].filter(({ tid, pid, env }) => tid === pid && env === '')
  await fewAtATime(unknown, async (thread) => {
    if (!isWanted()) return
    const env = await startOf(`/proc/${thread.pid}/environ`)
    // Another program may have begun there, whose own have been told with it.
    if (isWanted() && thread.env === '' && threads.get(thread.tid) === thread) thread.env = env
  })
}

/** Lets go of them where nothing asks for them any more: they may hold secrets. */
export function forgetEnvironments(threads: ThreadTable): void {
  for (const thread of threads.values()) thread.env = ''
}

/** @throws Error where it is not to be read */
async function startOf(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0)
    return textOf(buffer, 0, bytesRead)
  } finally {
    await file.close()
  }
}
