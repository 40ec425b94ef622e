import { type MinimalPolicy, minimalPolicy } from '../../../api-access/audit/coverage/index.ts'
import { lintPolicy } from '../../../api-access/audit/index.ts'
import { createRenderer, type Language } from '../../../messages/index.ts'
import { EXIT, type ExitStatus } from '../../exit.ts'
import { choiceOf } from '../../options.ts'
import { coverageMessages } from './messages.ts'
import { policyFields, policyText } from './policy-text.ts'
import { loadAuditRules, type RuleOptions } from './rules.ts'

export interface MinimalCommandOptions extends RuleOptions {
  readonly conditionsOnly?: boolean
  readonly format: string
}

const FORMATS = ['yaml', 'json'] as const

/** The check of `haetae audit lint` that finds secrets recorded with their content. */
const SECRETS = 'audit-secret-in-body'

const { make } = coverageMessages

/**
 * `haetae audit minimal`: the audit policy that records least and still feeds the detections of rule files.
 *
 * @returns 3 where rule files could not be read or have errors; the policy is for all the rest, and there is none where
 *   nothing is left
 */
export function printMinimalPolicy(options: MinimalCommandOptions, language: Language): ExitStatus {
  const format = choiceOf('--format', options.format, FORMATS)
  const { rules, status } = loadAuditRules(options, language)
  // It would be one that records nothing, and might be put in force.
  if (rules.length === 0 && status !== EXIT.done) return status
  const minimal = minimalPolicy(rules, { conditionsOnly: options.conditionsOnly === true })
  const yaml = minimalYaml(minimal, { rules: rules.length, files: options.rules }, language)
  process.stdout.write(format === 'json' ? minimalJson(minimal) : yaml)
  tellSecrets(yaml, language)
  return status
}

/** A detection that looks into secrets makes a log with secrets in it: whoever uses the policy has to know. */
function tellSecrets(yaml: string, language: Language): void {
  const render = createRenderer([coverageMessages], language)
  for (const { check, position } of lintPolicy(yaml))
    if (check === SECRETS) process.stderr.write(`${render(make.secrets({ line: position.line }))}\n`)
}

/** `{policy, feeds: [[detection…]…] by rule, never: [detection…]}` */
function minimalJson({ policy, feeds, never }: MinimalPolicy): string {
  const report = {
    policy: policyFields(policy),
    feeds: feeds.map((rules) => rules.map(({ name }) => name)),
    never: never.map(({ name }) => name),
  }
  return `${JSON.stringify(report, null, 2)}\n`
}

function minimalYaml(
  { policy, feeds, never }: MinimalPolicy,
  { rules, files }: { readonly rules: number; readonly files: readonly string[] },
  language: Language,
): string {
  const render = createRenderer([coverageMessages], language)
  const names = (of: MinimalPolicy['never']) => of.map(({ name }) => name)
  const header = [render(make['minimal-header']({ rules: rules - never.length, files }))]
  if (never.length > 0) header.push(render(make['minimal-never']({ rules: names(never) })))
  const comments = feeds.map((of) =>
    render(of.length === 0 ? make['feeds-none']({}) : make.feeds({ rules: names(of) })),
  )
  return policyText(policy, { header, comments })
}
