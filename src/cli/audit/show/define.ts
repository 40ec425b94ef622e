import type { Command } from 'commander'
import type { Registration } from '../../program.ts'
import { optionText } from '../../text.ts'
import { auditText } from '../text.ts'
import { showText as text } from './text.ts'

/** Values of an option that may be repeated and may have several, with commas between them. */
function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), ...value.split(',').filter((each) => each !== '')]
}

/** `haetae audit show`. */
export function defineShow(audit: Command, { language, finish }: Registration): void {
  audit
    .command('show [files...]')
    .description(text.show[language])
    .option('--store <path>', text.store[language])
    .option('-f, --follow', text.follow[language])
    .option('--rotated', text.rotated[language])
    .option('--user <name>', text.user[language], collect)
    .option('--group <name>', text.group[language], collect)
    .option('--verb <verbs>', text.verb[language], collect)
    .option('--resource <resources>', text.resource[language], collect)
    .option('-n, --namespace <name>', optionText.namespace[language], collect)
    .option('--name <name>', text.name[language], collect)
    .option('--code <codes>', text.code[language], collect)
    .option('--since <time>', text.since[language])
    .option('--until <time>', text.until[language])
    .option('--stage <stages>', text.stage[language], collect)
    .option('--source-ip <address>', text.sourceIp[language], collect)
    .option('--stats', text.stats[language])
    .option('--top <count>', text.top[language], '10')
    .option('--format <name>', text.format[language])
    .option('-q, --quiet', auditText.quiet[language])
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (files: string[], options) => {
      const { showEvents } = await import('./show.ts')
      finish(await showEvents(files, options, language))
    })
}
