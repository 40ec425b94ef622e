import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { openTarget } from '../capture/open-target.ts'
import { openPipe } from '../capture/pipe-writer.ts'
import { cannotWrite } from '../writing.ts'

/** Where a trace is written to. */
export interface TraceOutput {
  readonly target: Writable
  /** To be awaited before the first is written: takes out what a file held. */
  begin(): Promise<void>
}

/**
 * Opens a file or a pipe to write, `-` for standard output; see `openPipe`. What a file holds is kept until the trace has
 * begun: one that cannot begin must not cost an earlier one.
 *
 * @throws UsageError where it cannot be written
 */
export async function openTraceOutput(path: string): Promise<TraceOutput> {
  const pipe = openPipe(path)
  if (pipe !== undefined) return { target: pipe, begin: async () => undefined }
  if (path === '-') return { target: await openTarget(path), begin: async () => undefined }
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT).catch((error: unknown) => {
    throw cannotWrite(path, error)
  })
  let begun: Promise<void> | undefined
  return {
    target: file.createWriteStream(),
    begin() {
      // Of a device there is nothing to be taken out.
      begun ??= file.stat().then((state) => (state.isFile() ? file.truncate() : undefined))
      return begun
    },
  }
}
