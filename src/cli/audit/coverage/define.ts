import type { Command } from 'commander'
import type { Registration } from '../../program.ts'
import { optionText } from '../../text.ts'
import { auditText } from '../text.ts'
import { coverageText as text } from './text.ts'

/** `haetae audit cover` and `minimal`. */
export function defineCoverage(audit: Command, { language, finish }: Registration): void {
  audit
    .command('cover <policy>')
    .description(text.cover[language])
    .requiredOption('--rules <file...>', text.rules[language])
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
    .option('--conditions-only', text.conditionsOnly[language])
    .option('-f, --format <name>', text.minimalFormat[language], 'yaml')
    .option('--lang <language>', optionText.lang[language])
    .action(async (options) => {
      const { printMinimalPolicy } = await import('./minimal.ts')
      finish(printMinimalPolicy(options, language))
    })
}
