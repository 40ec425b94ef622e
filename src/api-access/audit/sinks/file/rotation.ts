import { createReadStream, createWriteStream } from 'node:fs'
import { open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** What is kept of older files, as `--audit-log-maxage` and `--audit-log-maxbackup` say it. */
export interface Retention {
  /** "The maximum number of days to retain old audit log files based on the timestamp encoded in their filename"; 0: all. */
  readonly maxAgeDays: number
  /** "The maximum number of old audit log files to retain"; 0: all. */
  readonly maxBackups: number
  /** "If set, the rotated log files will be compressed using gzip." */
  readonly compress: boolean
}

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000

/**
 * Renames a log to what lumberjack, which the API server uses, calls its backups: `audit-2026-01-02T03-04-05.000.log`,
 * in UTC.
 *
 * @returns the new path
 */
export async function renameToBackup(path: string, now: number): Promise<string> {
  for (let time = now; ; time++) {
    const backup = backupPath(path, time)
    // Two rotations in one millisecond must not overwrite each other.
    if ((await exists(backup)) || (await exists(`${backup}.gz`))) continue
    await rename(path, backup)
    return backup
  }
}

/** Removes and compresses older files. */
export async function applyRetention(path: string, retention: Retention, now: number): Promise<void> {
  const { maxAgeDays, maxBackups, compress } = retention
  if (maxAgeDays === 0 && maxBackups === 0 && !compress) return
  const backups = (await backupsOf(path)).toSorted((a, b) => b.time - a.time)
  // The compressed and the plain form of one file count once.
  const times = [...new Set(backups.map(({ time }) => time))]
  const kept = new Set(maxBackups > 0 ? times.slice(0, maxBackups) : times)
  for (const { path: backup, time } of backups) {
    const isOld = maxAgeDays > 0 && time < now - maxAgeDays * DAY_MILLISECONDS
    if (isOld || !kept.has(time)) await unlink(backup)
    else if (compress && !backup.endsWith('.gz')) await compressFile(backup)
  }
}

function backupPath(path: string, time: number): string {
  const extension = extname(path)
  const stem = path.slice(0, path.length - extension.length)
  const stamp = new Date(time).toISOString().slice(0, -1).replaceAll(':', '-')
  return `${stem}-${stamp}${extension}`
}

async function backupsOf(path: string): Promise<{ path: string; time: number }[]> {
  const extension = extname(path)
  const prefix = `${basename(path, extension)}-`
  const names = await readdir(dirname(path))
  return names.flatMap((name) => {
    const plain = name.replace(/\.gz$/, '')
    if (!plain.startsWith(prefix) || !plain.endsWith(extension)) return []
    const time = timeOf(plain.slice(prefix.length, plain.length - extension.length))
    return time === undefined ? [] : [{ path: join(dirname(path), name), time }]
  })
}

function timeOf(stamp: string): number | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3})$/.exec(stamp)
  return parts === null ? undefined : Date.parse(`${parts[1]}T${parts[2]}:${parts[3]}:${parts[4]}Z`)
}

/** Under another name at first: what is called `.gz` is complete. */
async function compressFile(path: string): Promise<void> {
  const { mode } = await stat(path)
  const unfinished = `${path}.gz.unfinished`
  await pipeline(createReadStream(path), createGzip(), createWriteStream(unfinished, { mode: mode & 0o777 }))
  const file = await open(unfinished, 'r+')
  await file.datasync()
  await file.close()
  await rename(unfinished, `${path}.gz`)
  await unlink(path)
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
