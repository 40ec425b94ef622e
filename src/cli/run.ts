import { CommanderError } from 'commander'
import { createRenderer, errorText, LANGUAGES, type Render } from '../messages/index.ts'
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
  const { language, unknown } = languageOfCall(argv, process.env)
  endOnOutputError(createRenderer([cliMessages], language))
  let status: ExitStatus = EXIT.done
  try {
    if (unknown !== undefined) {
      const detail = cliMessages.make['unknown-value']({ option: '--lang', value: unknown, known: LANGUAGES })
      throw new UsageError('ERR_OPTION_VALUE', detail, cliMessages)
    }
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
    const reason = errorText(error)
    process.stderr.write(
      `haetae: ERR_INTERNAL: ${createRenderer([cliMessages], language)(cliMessages.make.internal({ reason }))}\n`,
    )
    if (process.env['HAETAE_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`)
    return EXIT.incomplete
  }
}

/**
 * What happens when standard output takes no more. A pipe closed early (`haetae scan … | head`) ends the program
 * silently, as it does any Unix filter, but not with success: not all was told. Anything else (a full disk) is told.
 */
function endOnOutputError(render: Render): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.incomplete)
    const detail = cliMessages.make['cannot-write']({
      path: '/dev/stdout',
      reason: error.code ?? error.message,
    })
    process.stderr.write(`haetae: ERR_OUTPUT: ${render(detail)}\n`)
    process.exit(EXIT.usage)
  })
}
