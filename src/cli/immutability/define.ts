import { behaviorText } from '../behavior/text.ts'
import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'
import { immutabilityText as text } from './text.ts'

/** Values of a repeatable option, in the order given. */
function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value]
}

/** `haetae immutability`. */
export function defineImmutability({ program, language, finish }: Registration): void {
  program
    .command('immutability')
    .description(text.immutability[language])
    .option('-e, --events <files...>', behaviorText.events[language])
    .option('--live', behaviorText.live[language])
    .option('--for <duration>', behaviorText.for[language])
    .option('--sensor <path>', behaviorText.sensor[language])
    .option('--container-runtime <socket>', behaviorText.containerRuntime[language])
    .option('--container <id>', behaviorText.container[language], collect)
    .option('--pod <name>', behaviorText.pod[language])
    .option('-c, --name <container>', behaviorText.name[language])
    .option('--entrypoint <program>', text.entrypoint[language])
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
