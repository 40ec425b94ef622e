import { gatewayText } from '../gateway/text.ts'
import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'
import { upText as text } from './text.ts'

/** `haetae up`. */
export function defineUp({ program, language, finish }: Registration): void {
  program
    .command('up')
    .description(text.up[language])
    .option('-l, --listen <address>', gatewayText.listen[language], '127.0.0.1:8443')
    .option('--state <folder>', text.state[language])
    .option('-f, --format <name>', text.format[language], 'text')
    .option('--kubeconfig <file>', optionText.kubeconfig[language])
    .option('--context <name>', optionText.context[language])
    .option('-q, --quiet', optionText.quiet[language])
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (options) => {
      const { up } = await import('./command.ts')
      finish(await up(options, language))
    })
}
