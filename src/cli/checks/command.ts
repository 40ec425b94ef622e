import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pc from 'picocolors'
import { type Check, severityLabel } from '../../findings/index.ts'
import { nearestName } from '../../kubernetes/index.ts'
import type { Language } from '../../messages/index.ts'
import { displayWidth } from '../../messages/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { packageRoot } from '../package-root.ts'
import { everyCheck } from '../scan/catalogue.ts'
import { terminalOf } from '../terminal.ts'

const SEVERITY_COLOURS = { critical: 'magenta', high: 'red', medium: 'yellow', low: 'cyan' } as const

const FORMATS = ['table', 'json'] as const

/** `haetae checks list`: every check there is. */
export function listChecks(
  options: { readonly format: string; readonly color: boolean },
  language: Language,
): ExitStatus {
  const format = FORMATS.find((each) => each === options.format)
  if (format === undefined) {
    const detail = cliMessages.make['unknown-value']({
      option: '--format',
      value: options.format,
      known: FORMATS,
    })
    throw new UsageError('ERR_OPTION_VALUE', detail, cliMessages)
  }
  const checks = everyCheck()
  if (format === 'json') {
    const records = checks.map(({ id, severity, title, references }) => ({ id, severity, title, references }))
    process.stdout.write(`${JSON.stringify(records, null, 2)}\n`)
    return EXIT.done
  }
  const { colour } = terminalOf(process.stdout, process.env, options.color)
  process.stdout.write(table(checks, language, colour))
  return EXIT.done
}

/** `haetae checks describe CHECK`: the check's documentation page. */
export function describeCheck(id: string, language: Language): ExitStatus {
  const checks = everyCheck()
  if (!checks.some((check) => check.id === id)) {
    const nearest =
      nearestName(
        id,
        checks.map((check) => check.id),
      ) ?? ''
    throw new UsageError(
      'ERR_UNKNOWN_CHECK',
      cliMessages.make['unknown-check']({ check: id, nearest }),
      cliMessages,
    )
  }
  const page = readFileSync(join(packageRoot(), 'docs', 'checks', language, `${id}.md`), 'utf8')
  // The link below the title leads to the other language's page, which only who reads the file can follow.
  process.stdout.write(page.replace(/^\*\[.+\]\(.+\)\*\n\n/m, ''))
  return EXIT.done
}

function table(checks: readonly Check[], language: Language, colour: boolean): string {
  const colours = pc.createColors(colour)
  const names = columnOf(checks.map(({ id }) => id))
  const severities = columnOf(checks.map(({ severity }) => severityLabel[severity][language]))
  return checks
    .map(({ severity, title }, row) => {
      const coloured = colours[SEVERITY_COLOURS[severity]](severities[row] ?? '')
      return `${names[row]}  ${coloured}  ${title[language]}\n`
    })
    .join('')
}

/** The texts, each filled up to the width of the widest; a Hangul syllable is two cells wide. */
function columnOf(texts: readonly string[]): string[] {
  const width = Math.max(...texts.map(displayWidth))
  return texts.map((text) => text + ' '.repeat(width - displayWidth(text)))
}
