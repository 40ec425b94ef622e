import { existsSync } from 'node:fs'
import pc from 'picocolors'
import { nearestName } from '../../kubernetes/index.ts'
import type { Language } from '../../messages/index.ts'
import { describeRules, type RuleSet } from '../../runtime/rules/index.ts'
import { type ExitStatus, UsageError } from '../exit.ts'
import { choiceOf } from '../options.ts'
import { terminalOf } from '../terminal.ts'
import { descriptionText } from './description-text.ts'
import { complain, loadRuleFiles, rulesRenderer } from './load.ts'
import { rulesMessages } from './messages.ts'

export interface DescribeOptions {
  readonly format: string
  readonly color: boolean
}

const { make } = rulesMessages

/**
 * `haetae rules describe`: what the rules, macros and lists of files are once everything is filled in.
 *
 * @param names - files and folders to load, and names of what to describe; without names all of them
 * @returns 3 where a file could not be read or has errors
 * @throws UsageError where there is no file among the names, or a name that nothing has
 */
export function describeNamed(
  names: readonly string[],
  options: DescribeOptions,
  language: Language,
): ExitStatus {
  const format = choiceOf('--format', options.format, ['text', 'json'])
  const paths = names.filter((name) => name === '-' || existsSync(name))
  if (paths.length === 0) throw new UsageError('ERR_NO_RULE_FILE', make.noFile({ names }), rulesMessages)
  const render = rulesRenderer(language)
  const rules = loadRuleFiles(paths)
  const status = complain(rules, render)
  const wanted = names.filter((name) => !paths.includes(name))
  const chosen = wanted.length === 0 ? rules.loaded.rules : choose(rules.loaded.rules, wanted)
  // What a rule refers to is told by all that is loaded, also where only the rule was asked for.
  const described = pick(describeRules(rules.loaded.rules), chosen)
  if (format === 'json') {
    process.stdout.write(`${JSON.stringify(described, null, 2)}\n`)
    return status
  }
  const { colour } = terminalOf(process.stdout, process.env, options.color)
  process.stdout.write(
    descriptionText(described, chosen, { render, language, colors: pc.createColors(colour) }),
  )
  return status
}

/** @throws UsageError for a name of nothing */
function choose(set: RuleSet, names: readonly string[]): RuleSet {
  const known = [...set.rules, ...set.macros, ...set.lists].map(({ name }) => name)
  for (const name of names)
    if (!known.includes(name)) {
      const nearest = nearestName(name, known) ?? ''
      throw new UsageError('ERR_UNKNOWN_NAME', make.unknownName({ name, nearest }), rulesMessages)
    }
  const isMeant = ({ name }: { readonly name: string }) => names.includes(name)
  return {
    ...set,
    rules: set.rules.filter(isMeant),
    macros: set.macros.filter(isMeant),
    lists: set.lists.filter(isMeant),
  }
}

function pick(
  described: ReturnType<typeof describeRules>,
  chosen: RuleSet,
): ReturnType<typeof describeRules> {
  const among = (all: readonly { readonly name: string }[]) => {
    const names = new Set(all.map(({ name }) => name))
    return ({ info }: { readonly info: { readonly name: string } }) => names.has(info.name)
  }
  return {
    ...described,
    rules: described.rules.filter(among(chosen.rules)),
    macros: described.macros.filter(among(chosen.macros)),
    lists: described.lists.filter(among(chosen.lists)),
  }
}
