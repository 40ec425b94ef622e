import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'
import { rulesText as text } from './text.ts'

/** Values of a repeatable option, in the order given. */
function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value]
}

/** `haetae rules …`. */
export function defineRules({ program, language, finish }: Registration): void {
  const rules = program.command('rules').description(text.rules[language])
  rules
    .command('check <files...>')
    .description(text.check[language])
    .option('--source <name>', text.source[language], collect)
    .option('--fail-on <what>', text.failOn[language], 'error')
    .option('-f, --format <name>', text.outputFormat[language], 'text')
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (files: string[], options) => {
      const { checkRules } = await import('./check.ts')
      finish(checkRules(files, options, language))
    })
  rules
    .command('list <files...>')
    .description(text.list[language])
    .option('-D, --disable <part>', text.disable[language], collect)
    .option('-T, --disable-tag <tag>', text.disableTag[language], collect)
    .option('-t, --enable-tag <tag>', text.enableTag[language], collect)
    .option('--priority <name>', text.priority[language])
    .option('-f, --format <name>', text.outputFormat[language], 'text')
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (files: string[], options) => {
      const { listRules } = await import('./list.ts')
      finish(listRules(files, options, language))
    })
  rules
    .command('describe <files-and-names...>')
    .description(text.describe[language])
    .option('-f, --format <name>', text.outputFormat[language], 'text')
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (names: string[], options) => {
      const { describeNamed } = await import('./describe.ts')
      finish(describeNamed(names, options, language))
    })
  rules
    .command('test <files...>')
    .description(text.test[language])
    .option('-f, --format <name>', text.outputFormat[language], 'text')
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (files: string[], options) => {
      const { testRules } = await import('./test.ts')
      finish(testRules(files, options, language))
    })
  rules
    .command('format <files...>')
    .description(text.format[language])
    .option('--check', text.checkOnly[language])
    .option('--write', text.write[language])
    .option('--lang <language>', optionText.lang[language])
    .action(async (files: string[], options) => {
      const { formatRuleFiles } = await import('./format.ts')
      finish(formatRuleFiles(files, options, language))
    })
}
