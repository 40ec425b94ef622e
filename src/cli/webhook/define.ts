import { addTokenOptions } from '../authentication/token-options.ts'
import { addAuthorizationOptions } from '../authorization/define.ts'
import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'
import { webhookText as text } from './text.ts'

/** `haetae webhook`. */
export function defineWebhook({ program, language, finish }: Registration): void {
  const command = program
    .command('webhook')
    .description(text.webhook[language])
    .option('-l, --listen <address>', text.listen[language], '127.0.0.1:8444')
    .requiredOption('--state <folder>', text.state[language])
    .option('--url <url>', text.url[language])
  addTokenOptions(command, language)
  addAuthorizationOptions(command, language)
    .option('--kubeconfig <file>', optionText.kubeconfig[language])
    .option('--context <name>', optionText.context[language])
    .option('-q, --quiet', optionText.quiet[language])
    .option('--lang <language>', optionText.lang[language])
    .action(async (options) => {
      const { webhook } = await import('./command.ts')
      finish(await webhook(options, language))
    })
}
