import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { UsageError } from '../exit.ts'
import { userMessages } from './messages.ts'

/** Where a command reads and writes, and what surrounds it. */
export interface Console {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  /** Questions and notes. */
  readonly output: NodeJS.WritableStream
  readonly data: NodeJS.WritableStream
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Of this process. */
export const ownConsole: Console = {
  input: process.stdin,
  output: process.stderr,
  data: process.stdout,
  environment: process.env,
}

/** Whether there is a person to ask. */
export function isInteractive({ input }: Console): boolean {
  return input.isTTY === true
}

/**
 * Asks one question at the terminal.
 *
 * @param isSecret - what is typed is not shown
 * @throws UsageError ERR_NO_ANSWER at Ctrl-C and Ctrl-D, and where the terminal was closed: no further question is asked then
 */
export function ask({ input, output }: Console, question: string, isSecret = false): Promise<string> {
  let isMuted = false
  const shown = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!isMuted) output.write(chunk)
      done()
    },
  })
  return new Promise((resolve, reject) => {
    const reader = createInterface({ input, output: shown, terminal: true })
    reader.question(question, (answer) => {
      resolve(answer)
      reader.close()
      if (isSecret) output.write('\n')
    })
    isMuted = isSecret
    reader.on('close', () => {
      // Behind an answer this comes too late to matter.
      reject(new UsageError('ERR_NO_ANSWER', userMessages.make['no-answer']({}), userMessages))
    })
    reader.on('SIGINT', () => {
      output.write('\n')
      reader.close()
    })
  })
}

/** The lines of standard input, at most so many bytes of it. */
export async function readLines({ input }: Console, limit = 64 * 1024): Promise<string[]> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of input as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > limit) break
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString().split(/\r?\n/)
}
