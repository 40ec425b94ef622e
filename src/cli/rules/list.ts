import pc from 'picocolors'
import { visible } from '../../findings/index.ts'
import type { Language } from '../../messages/index.ts'
import { displayWidth } from '../../messages/index.ts'
import {
  PRIORITIES,
  parsePriority,
  type Rule,
  type RuleSelection,
  selectRules,
} from '../../runtime/rules/index.ts'
import { type ExitStatus, UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { choiceOf } from '../options.ts'
import { terminalOf } from '../terminal.ts'
import { complain, loadRuleFiles, rulesRenderer } from './load.ts'
import { rulesMessages } from './messages.ts'

export interface ListOptions {
  readonly disable?: readonly string[]
  readonly disableTag?: readonly string[]
  readonly enableTag?: readonly string[]
  readonly priority?: string
  readonly format: string
  readonly color: boolean
}

const { make } = rulesMessages

/** Colours of the priorities, the gravest first. */
const COLOURS = ['magenta', 'magenta', 'red', 'red', 'yellow', 'cyan', 'dim', 'dim'] as const

/**
 * `haetae rules list`: every rule of the files, and whether it is on.
 *
 * @returns 3 where a file could not be read or has errors
 */
export function listRules(paths: readonly string[], options: ListOptions, language: Language): ExitStatus {
  const format = choiceOf('--format', options.format, ['text', 'json'])
  const selection = selectionOf(options)
  const render = rulesRenderer(language)
  const rules = loadRuleFiles(paths)
  const status = complain(rules, render)
  const all = rules.loaded.rules.rules
  const on = selectRules(all, selection)
  if (format === 'json') {
    const records = all.map(({ name, priority, source, tags, description, place }) => ({
      name,
      priority,
      source,
      enabled: on.has(name),
      tags,
      description: description.trim(),
      ...place,
    }))
    process.stdout.write(`${JSON.stringify(records, null, 2)}\n`)
    return status
  }
  const { colour } = terminalOf(process.stdout, process.env, options.color)
  const colors = pc.createColors(colour)
  const width = Math.max(0, ...all.map(({ name }) => displayWidth(name)))
  const sources = Math.max(0, ...all.map(({ source }) => source.length))
  const words = { on: render(make.on({})), off: render(make.off({})) }
  const row = ({ name, priority, source, tags }: Rule) => {
    const grave = colors[COLOURS[PRIORITIES.indexOf(priority)] ?? 'dim'](priority.padEnd(13))
    const state = padded(
      on.has(name) ? words.on : words.off,
      Math.max(...Object.values(words).map(displayWidth)),
    )
    return `${padded(visible(name), width)}  ${grave}  ${source.padEnd(sources)}  ${state}  ${visible(tags.join(', '))}`.trimEnd()
  }
  const summary = render(make.listed({ rules: all.length, on: on.size }))
  process.stdout.write(`${[...all.map(row), '', summary].join('\n')}\n`)
  return status
}

function padded(text: string, width: number): string {
  return `${text}${' '.repeat(Math.max(0, width - displayWidth(text)))}`
}

/** @throws UsageError for a priority that there is not */
function selectionOf({ disable, disableTag, enableTag, priority }: ListOptions): RuleSelection {
  const minimumPriority = priority === undefined ? undefined : parsePriority(priority)
  if (priority !== undefined && minimumPriority === undefined) {
    const message = cliMessages.make['unknown-value']({
      option: '--priority',
      value: priority,
      known: PRIORITIES,
    })
    throw new UsageError('ERR_OPTION_VALUE', message, cliMessages)
  }
  return {
    ...(disable && { disableNameParts: disable }),
    ...(disableTag && { disableTags: disableTag }),
    ...(enableTag && { enableTags: enableTag }),
    ...(minimumPriority && { minimumPriority }),
  }
}
