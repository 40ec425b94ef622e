import { type FSWatcher, watch } from 'node:fs'
import { dirname } from 'node:path'

/** Waits for something to happen to a file. */
export interface Wake {
  /** Resolves when the file's folder has changed, at the latest after the interval; at once when stopped. */
  wait(): Promise<void>
  close(): void
}

/**
 * File systems over a network, and systems that ran out of watches, tell nothing: hence both the watch and the
 * interval.
 */
export function createWake(path: string, milliseconds: number, signal: AbortSignal): Wake {
  let hasChanged = false
  let resume: (() => void) | undefined
  const change = () => {
    hasChanged = true
    resume?.()
  }
  const watcher = watchFolder(dirname(path), change)
  signal.addEventListener('abort', change)
  return {
    async wait() {
      if (!hasChanged && !signal.aborted) {
        let timer: NodeJS.Timeout | undefined
        await new Promise<void>((resolve) => {
          resume = resolve
          timer = setTimeout(resolve, milliseconds)
        })
        clearTimeout(timer)
        resume = undefined
      }
      hasChanged = false
    },
    close() {
      watcher?.close()
      signal.removeEventListener('abort', change)
    },
  }
}

function watchFolder(folder: string, change: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, change)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return undefined
  }
}
