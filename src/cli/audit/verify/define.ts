import type { Command } from 'commander'
import type { Registration } from '../../program.ts'
import { optionText } from '../../text.ts'
import { auditText } from '../text.ts'
import { verifyText as text } from './text.ts'

/** `haetae audit verify`. */
export function defineVerify(audit: Command, { language, finish }: Registration): void {
  audit
    .command('verify [files...]')
    .description(text.verify[language])
    .option('--store <path>', text.store[language])
    .option('--anchors <file>', text.anchors[language])
    .option('--key <file>', text.key[language])
    .option('-f, --format <name>', auditText.format[language], 'text')
    .option('-q, --quiet', auditText.quiet[language])
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (files: string[], options) => {
      const { verifyLogs } = await import('./verify.ts')
      finish(await verifyLogs(files, options, language))
    })
}
