import type { Command } from 'commander'
import { addListenerOptions } from '../../listener/define.ts'
import type { Registration } from '../../program.ts'
import { optionText } from '../../text.ts'
import { showText } from '../show/text.ts'
import { auditText } from '../text.ts'
import { collectText as text } from './text.ts'

/** Values of a repeatable option, in the order given. */
function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value]
}

/** `haetae audit collect`. */
export function defineCollect(audit: Command, { language, finish }: Registration): void {
  const command = audit
    .command('collect [files...]')
    .description(text.collect[language])
    .option('-f, --follow', text.follow[language])
    .option('--rotated', showText.rotated[language])
  addListenerOptions(command, language)
    .requiredOption('-o, --output <kind=target>', text.output[language], collect)
    .option('--spill <folder>', text.spill[language])
    .option('--no-redact', text.redact[language])
    .option('--chain', text.chain[language])
    .option('--key <file>', text.key[language])
    .option('--max-size <megabytes>', text.maxSize[language], '100')
    .option('--max-age <days>', text.maxAge[language])
    .option('--max-backups <count>', text.maxBackups[language])
    .option('--compress', text.compress[language])
    .option('--batch-size <events>', text.batchSize[language], '400')
    .option('--batch-wait <seconds>', text.batchWait[language], '30')
    .option('--qps <requests>', text.qps[language], '10')
    .option('--stats', text.stats[language])
    .option('-q, --quiet', auditText.quiet[language])
    .option('--lang <language>', optionText.lang[language])
    .action(async (files: string[], options) => {
      const { collectEvents } = await import('./collect.ts')
      finish(await collectEvents(files, options, language))
    })
}
