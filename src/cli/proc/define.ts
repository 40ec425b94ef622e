import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'
import { procText as text } from './text.ts'

/** `haetae proc`. */
export function defineProc({ program, language, finish }: Registration): void {
  program
    .command('proc [pid]')
    .description(text.proc[language])
    .option('--container <id>', text.container[language])
    .option('--pod <name>', text.pod[language])
    .option('-c, --name <container>', text.name[language])
    .option('-a, --all', text.all[language])
    .option('-m, --manifest <file>', text.manifest[language])
    .option('--cluster', text.cluster[language])
    .option('--kubeconfig <file>', optionText.kubeconfig[language])
    .option('--context <name>', optionText.context[language])
    .option('--container-runtime <socket>', text.containerRuntime[language])
    .option('--show-secrets', text.showSecrets[language])
    .option('-f, --format <name>', text.format[language], 'text')
    .option('--fail-on <severity>', text.failOn[language], 'none')
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (pid: string | undefined, options) => {
      const { proc } = await import('./command.ts')
      finish(await proc(pid, options, language))
    })
}
