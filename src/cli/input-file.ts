import { readFileSync } from 'node:fs'
import { reasonOf } from '../messages/index.ts'
import { UsageError } from './exit.ts'
import { cliMessages } from './messages.ts'

/** Reads a file that an option names. @throws UsageError */
export function readTextFile(path: string): string {
  return readBytes(path).toString('utf8')
}

/** The same, for what need not be text. @throws UsageError */
export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const reason = reasonOf(error)
    throw new UsageError('ERR_UNREADABLE', cliMessages.make['cannot-read']({ path, reason }), cliMessages)
  }
}
