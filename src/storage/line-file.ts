import { type FileHandle, open } from 'node:fs/promises'

/**
 * Opens a file of lines for appending. A line that a former process could not finish, for it was killed or the disk was
 * full, is ended first: glued to it, the next line could not be read either.
 *
 * @param mode - as of open(2), where the file does not exist yet
 * @throws Error of the operating system
 */
export async function openLineFile(path: string, mode: number): Promise<FileHandle> {
  // Not for reading as well: a pipe opened so would never tell that nobody reads it.
  const file = await open(path, 'a', mode)
  try {
    const stats = await file.stat()
    if (stats.isFile() && stats.size > 0 && !(await endsLine(path, stats.size))) await file.appendFile('\n')
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Appends whole lines to a file, each with its end, and closes it. See {@link openLineFile}. */
export async function appendLines(path: string, lines: string | Buffer, mode: number): Promise<void> {
  const file = await openLineFile(path, mode)
  try {
    await file.appendFile(lines)
  } finally {
    await file.close()
  }
}

async function endsLine(path: string, size: number): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
    return bytesRead === 1 && buffer.toString() === '\n'
  } finally {
    await file.close()
  }
}
