import { detectText } from '../detect/text.ts'
import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'
import { traceText as text } from './text.ts'

/** `haetae trace`. */
export function defineTrace({ program, language, finish }: Registration): void {
  program
    .command('trace')
    .description(text.trace[language])
    .argument('[command...]')
    .passThroughOptions()
    .option('-p, --pid <number>', text.pid[language])
    .option('--container <id>', text.container[language])
    .option('--pod <name>', text.pod[language])
    .option('-f, --follow', text.follow[language])
    .option('-c, --count', text.count[language])
    .option('--format <name>', text.format[language], 'text')
    .option('-o, --output <file>', text.output[language], '-')
    .option('--sensor <kind>', text.sensor[language])
    .option('--container-runtime <socket>', detectText.containerRuntime[language])
    .option('--kubeconfig <file>', optionText.podKubeconfig[language])
    .option('--context <name>', optionText.context[language])
    .option('-q, --quiet', optionText.quiet[language])
    .option('--lang <language>', optionText.lang[language])
    .action(async (command: string[], options) => {
      const { trace } = await import('./command.ts')
      finish(await trace(command, options, language))
    })
}
