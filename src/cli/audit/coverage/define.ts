import type { Command } from 'commander'
import type { Registration } from '../../program.ts'
import { rulesText } from '../../rules/text.ts'
import { optionText } from '../../text.ts'
import { auditText } from '../text.ts'
import { coverageText as text } from './text.ts'

/** Values of a repeatable option, in the order given. */
function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value]
}

/** `haetae audit cover` and `minimal`. */
export function defineCoverage(audit: Command, { language, finish }: Registration): void {
  audit
    .command('cover <policy>')
    .description(text.cover[language])
    .requiredOption('--rules <file...>', text.rules[language])
    .option('-D, --disable <part>', rulesText.disable[language], collect)
    .option('-T, --disable-tag <tag>', rulesText.disableTag[language], collect)
    .option('-t, --enable-tag <tag>', rulesText.enableTag[language], collect)
    .option('--fail-on <verdict>', text.failOn[language], 'blind')
    .option('-f, --format <name>', auditText.format[language], 'text')
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (policy: string, options) => {
      const { coverPolicy } = await import('./cover.ts')
      finish(coverPolicy(policy, options, language))
    })
  audit
    .command('minimal')
    .description(text.minimal[language])
    .requiredOption('--rules <file...>', text.rules[language])
    .option('-D, --disable <part>', rulesText.disable[language], collect)
    .option('-T, --disable-tag <tag>', rulesText.disableTag[language], collect)
    .option('-t, --enable-tag <tag>', rulesText.enableTag[language], collect)
    .option('--conditions-only', text.conditionsOnly[language])
    .option('-f, --format <name>', text.minimalFormat[language], 'yaml')
    .option('--lang <language>', optionText.lang[language])
    .action(async (options) => {
      const { printMinimalPolicy } = await import('./minimal.ts')
      finish(printMinimalPolicy(options, language))
    })
}
