import { UsageError } from './exit.ts'
import { cliMessages } from './messages.ts'

/** Does what writes to a path. @throws UsageError ERR_OUTPUT where the operating system does not let it */
export function writing<Result>(path: string, write: () => Result): Result {
  try {
    return write()
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new UsageError('ERR_OUTPUT', cliMessages.make['cannot-write']({ path, reason }), cliMessages)
  }
}
