import { reasonOf } from '../messages/index.ts'
import { UsageError } from './exit.ts'
import { cliMessages } from './messages.ts'

/** Does what writes to a path. @throws UsageError ERR_OUTPUT where the operating system does not let it */
export function writing<Result>(path: string, write: () => Result): Result {
  try {
    return write()
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

export function cannotWrite(path: string, error: unknown): UsageError {
  const detail = cliMessages.make['cannot-write']({ path, reason: reasonOf(error) })
  return new UsageError('ERR_OUTPUT', detail, cliMessages)
}
