import { detectText } from '../detect/text.ts'
import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'
import { captureText as text } from './text.ts'

/** `haetae capture`. */
export function defineCapture({ program, language, finish }: Registration): void {
  program
    .command('capture')
    .description(text.capture[language])
    .option('-e, --events <files...>', text.events[language])
    .option('--live', text.live[language])
    .option('-o, --output <file>', text.output[language], '-')
    .option('-r, --rules <files...>', text.rules[language])
    .option('--for <duration>', text.for[language])
    .option('--max-size <size>', text.maxSize[language])
    .option('--container <id>', detectText.container[language])
    .option('--pod <name>', detectText.pod[language])
    .option('--sensor <kind>', detectText.sensor[language])
    .option('--container-runtime <socket>', detectText.containerRuntime[language])
    .option('--kubeconfig <file>', optionText.podKubeconfig[language])
    .option('--context <name>', optionText.context[language])
    .option('-q, --quiet', optionText.quiet[language])
    .option('--lang <language>', optionText.lang[language])
    .action(async (options) => {
      const { capture } = await import('./command.ts')
      finish(await capture(options, language))
    })
}
