import { CommanderError } from 'commander'
import { createRenderer } from '../messages/index.ts'
import { languageOfCall } from './context.ts'
import { EXIT, type ExitStatus, UsageError } from './exit.ts'
import { cliMessages } from './messages.ts'
import { createProgram } from './program.ts'

/**
 * Runs one call of the program.
 *
 * @param argv - the arguments after the program's name
 * @returns the exit status; nothing is thrown for bad input
 */
export async function run(argv: readonly string[]): Promise<ExitStatus> {
  const language = languageOfCall(argv, process.env)
  stopQuietlyOnClosedPipe()
  let status: ExitStatus = EXIT.done
  try {
    const program = createProgram(language, (result) => {
      status = result
    })
    await program.parseAsync(argv, { from: 'user' })
    return status
  } catch (error) {
    // commander has printed its own message; help and version end with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    if (error instanceof UsageError) {
      process.stderr.write(
        `haetae: ${error.code}: ${createRenderer([error.messages], language)(error.detail)}\n`,
      )
      return EXIT.usage
    }
    const reason = error instanceof Error ? error.message : String(error)
    process.stderr.write(
      `haetae: ERR_INTERNAL: ${createRenderer([cliMessages], language)(cliMessages.make.internal({ reason }))}\n`,
    )
    if (process.env['HAETAE_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`)
    return EXIT.incomplete
  }
}

/** `haetae scan … | head` closes the pipe early: that ends the program, silently, as it does any Unix filter. */
function stopQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.done)
    throw error
  })
}
