import { addContainerOptions, addInputOptions } from '../behavior/define.ts'
import { behaviorText } from '../behavior/text.ts'
import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'
import { immutabilityText as text } from './text.ts'

/** `haetae immutability`. */
export function defineImmutability({ program, language, finish }: Registration): void {
  const command = program.command('immutability').description(text.immutability[language])
  addInputOptions(command, language)
  addContainerOptions(command, language)
    .option('--entrypoint <program>', text.entrypoint[language])
    .option('-m, --manifest <file>', text.manifest[language])
    .option('--cluster', text.cluster[language])
    .option('--kubeconfig <file>', optionText.kubeconfig[language])
    .option('--context <name>', optionText.context[language])
    .option('-f, --format <name>', behaviorText.format[language], 'text')
    .option('--fail-on <what>', text.failOn[language], 'none')
    .option('-q, --quiet', optionText.quiet[language])
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (options) => {
      const { immutability } = await import('./command.ts')
      finish(await immutability(options, language))
    })
}
