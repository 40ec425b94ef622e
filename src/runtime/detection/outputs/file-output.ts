import { type FileHandle, stat } from 'node:fs/promises'
import { openLineFile } from '../../../storage/index.ts'
import { alertLine, type LineFormat } from './alert-line.ts'
import type { Transport } from './output.ts'

/** Readable by its owner and group only: alerts tell who did what. */
const MODE = 0o640

/**
 * Appends alerts to a file, a line each. The file is opened anew when somebody has moved or removed it, as log rotation
 * does, when told so, and when a delivery failed: what a full disk left of a line is ended before the next.
 */
export function createFileTransport(path: string, format: LineFormat): Transport {
  let file: FileHandle | undefined
  let isStale = false
  return {
    batch: 256,
    async deliver(alerts) {
      const handle = await current()
      try {
        await handle.appendFile(`${alerts.map((alert) => alertLine(alert, format)).join('\n')}\n`)
      } catch (error) {
        isStale = true
        throw error
      }
    },
    reopen() {
      isStale = true
    },
    async close() {
      await file?.close()
      file = undefined
    },
  }

  async function current(): Promise<FileHandle> {
    if (file !== undefined && !isStale && (await isInPlace(file, path))) return file
    await file?.close()
    file = undefined
    isStale = false
    file = await openLineFile(path, MODE)
    return file
  }
}

async function isInPlace(file: FileHandle, path: string): Promise<boolean> {
  const [opened, named] = await Promise.all([file.stat(), stat(path).catch(() => undefined)])
  return named !== undefined && opened.ino === named.ino && opened.dev === named.dev
}
