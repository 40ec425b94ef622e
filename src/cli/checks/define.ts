import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'

const text = {
  checks: { en: 'what Haetae checks', ko: '해태가 점검하는 항목' },
  list: { en: 'list every check with its severity', ko: '모든 점검과 심각도를 나열합니다' },
  describe: { en: 'what a check means and how to fix it', ko: '점검의 뜻과 고치는 방법' },
  format: { en: 'table or json', ko: 'table 또는 json' },
} as const

/** `haetae checks list|describe`. */
export function defineChecks({ program, language, finish }: Registration): void {
  const checks = program.command('checks').description(text.checks[language])
  checks
    .command('list')
    .description(text.list[language])
    .option('-f, --format <name>', text.format[language], 'table')
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (options) => {
      const { listChecks } = await import('./command.ts')
      finish(listChecks(options, language))
    })
  checks
    .command('describe <check>')
    .description(text.describe[language])
    .option('--lang <language>', optionText.lang[language])
    .action(async (check: string) => {
      const { describeCheck } = await import('./command.ts')
      finish(describeCheck(check, language))
    })
}
