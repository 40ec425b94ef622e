import type { Registration } from '../program.ts'
import { collectNames } from '../repeatable.ts'
import { optionText } from '../text.ts'
import { admissionText as text } from './text.ts'

/** `haetae admission`. */
export function defineAdmission({ program, language, finish }: Registration): void {
  program
    .command('admission')
    .description(text.admission[language])
    .option('-l, --listen <address>', text.listen[language], '0.0.0.0:8443')
    .option('--enable-admission-plugins <names>', text.enable[language], collectNames)
    .option('--disable-admission-plugins <names>', text.disable[language], collectNames)
    .option('--admission-config <file>', text.config[language])
    .option('--install', text.install[language])
    .option('--uninstall', text.uninstall[language])
    .option('--url <url>', text.url[language])
    .option('--service <name>', text.service[language], 'haetae-admission')
    .option(
      '-n, --namespace <name>',
      text.namespace[language],
      process.env['POD_NAMESPACE'] || 'haetae-system',
    )
    .option('--failure-policy <policy>', text.failurePolicy[language], 'Fail')
    .option('--timeout <seconds>', text.timeout[language], '5')
    .option('--tls-cert <file>', text.tlsCert[language])
    .option('--tls-key <file>', text.tlsKey[language])
    .option('--tls-ca <file>', text.tlsCa[language])
    .option('--client-ca <file>', text.clientCa[language])
    .option('--shutdown-delay <seconds>', text.shutdownDelay[language], '5')
    .option('--kubeconfig <file>', optionText.kubeconfig[language])
    .option('--context <name>', optionText.context[language])
    .option('-q, --quiet', optionText.quiet[language])
    .option('--lang <language>', optionText.lang[language])
    .action(async (options) => {
      const { admission } = await import('./command.ts')
      finish(await admission(options, language))
    })
}
