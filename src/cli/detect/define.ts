import { addListenerOptions } from '../listener/define.ts'
import type { Registration } from '../program.ts'
import { rulesText } from '../rules/text.ts'
import { optionText } from '../text.ts'
import { detectText as text } from './text.ts'

/** Values of a repeatable option, in the order given. */
function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value]
}

/** `haetae detect`. */
export function defineDetect({ program, language, finish }: Registration): void {
  const command = program
    .command('detect')
    .description(text.detect[language])
    .option('-r, --rules <files...>', text.rules[language])
    .option('--source <name>', text.source[language])
    .option('-e, --events <files...>', text.events[language])
    .option('--live', text.live[language])
    .option('--sensor <kind>', text.sensor[language])
    .option('--container-runtime <socket>', text.containerRuntime[language])
    .option('--kubeconfig <file>', text.kubeconfig[language])
    .option('--context <name>', optionText.context[language])
    .option('--container <id>', text.container[language])
    .option('--pod <name>', text.pod[language])
    .option('--rotated', text.rotated[language])
    .option('-F, --follow', text.follow[language])
  addListenerOptions(command, language)
    .option('--spill <folder>', text.spill[language])
    .option('-f, --format <name>', text.format[language], 'text')
    .option('--match <how>', text.match[language], 'first')
    .option('--min-priority <name>', text.minPriority[language])
    .option('-D, --disable <part>', rulesText.disable[language], collect)
    .option('-t, --enable-tag <tag>', rulesText.enableTag[language], collect)
    .option('-T, --disable-tag <tag>', rulesText.disableTag[language], collect)
    .option('-o, --output <kind=target>', text.output[language], collect)
    .option('--output-header <header>', text.outputHeader[language], collect)
    .option('--output-ca <file>', text.outputCa[language])
    .option('--fail-on <priority>', text.failOn[language], 'none')
    .option('--metrics <address>', text.metrics[language])
    .option('--stats', text.stats[language])
    .option('-q, --quiet', optionText.quiet[language])
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (options) => {
      const { detect } = await import('./command.ts')
      finish(await detect(options, language))
    })
}
