import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'
import { loginText as text } from './text.ts'

/** `haetae login`. */
export function defineLogin({ program, language, finish }: Registration): void {
  program
    .command('login')
    .description(text.login[language])
    .requiredOption('--server <url>', text.server[language])
    .option('--certificate-authority <file>', text.certificateAuthority[language])
    .option('--user <name>', text.user[language])
    .option('--kubeconfig <file>', text.kubeconfig[language])
    .option('--exec-api-version <version>', text.execApiVersion[language], 'v1beta1')
    .option('--exec-credential', text.execCredential[language])
    .option('--lang <language>', optionText.lang[language])
    .action(async (options) => {
      const { login } = await import('./login.ts')
      finish(await login(options, language))
    })
}
