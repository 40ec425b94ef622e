import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, Help, type Option } from 'commander'
import { createProgram } from '../src/cli/program.ts'
import type { Language } from '../src/messages/index.ts'

const ROOT = join(import.meta.dirname, '..')

/** The page of the command line in each language. */
export const COMMAND_LINE_PAGES: Readonly<Record<Language, string>> = {
  en: 'docs/cli.md',
  ko: 'docs/ko/cli.md',
}

/** What every command takes; the page tells of it once. */
const COMMON = ['--lang', '--no-color']

const BEGIN = '<!-- options: written by scripts/options-reference.ts -->'
const END = '<!-- end of options -->'

/**
 * Replaces what stands between the page's two marks by a table of each command's options, in the words of its help.
 *
 * @param page - the page's text
 */
export function withOptions(page: string, language: Language): string {
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin < 0 || end < begin) throw new Error('the page has no place for the options')
  const tables = commandsOf(createProgram(language, () => undefined)).flatMap((command) => {
    const options = command.options.filter(({ long }) => !COMMON.includes(long ?? ''))
    return options.length === 0 ? [] : [table(command, options, language)]
  })
  return `${page.slice(0, begin + BEGIN.length)}\n\n${tables.join('\n\n')}\n\n${page.slice(end)}`
}

/** A command, and all below it, in the order of its help. */
export function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)]
}

function table(command: Command, options: readonly Option[], language: Language): string {
  const rows = options.map((option) => `| \`${cell(option.flags)}\` | ${cell(describe(option, language))} |`)
  const heading = language === 'en' ? 'Option' : '옵션'
  return [`### \`${nameOf(command)}\``, '', `| ${heading} | |`, '| --- | --- |', ...rows].join('\n')
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
}

function describe(option: Option, language: Language): string {
  const text = new Help().optionDescription(option)
  return language === 'ko' ? text.replace('(default: ', '(기본값: ') : text
}

/** `|` would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

// node scripts/options-reference.ts
if (import.meta.main)
  for (const language of ['en', 'ko'] as const) {
    const path = join(ROOT, COMMAND_LINE_PAGES[language])
    writeFileSync(path, withOptions(readFileSync(path, 'utf8'), language))
  }
