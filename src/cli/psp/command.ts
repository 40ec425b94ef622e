import pc from 'picocolors'
import { visible } from '../../findings/index.ts'
import {
  type InputProblem,
  readingMessages,
  renderingMessages,
  schemaMessages,
} from '../../kubernetes/index.ts'
import { createRenderer, type Language, type Render } from '../../messages/index.ts'
import {
  checkPod,
  migrationMessages,
  planMigration,
  stricterMessages,
  unruledMessages,
  unstatedMessages,
} from '../../pod-security/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { policyVersionOf } from '../policy-version.ts'
import { terminalOf } from '../terminal.ts'
import { checkJson, checkText } from './check-report.ts'
import { type PspInput, readPspInput } from './input.ts'
import { pspMessages } from './messages.ts'
import { migrationJson, migrationText } from './migrate-report.ts'
import { type UseOptions, usablePolicies } from './usable.ts'

const FORMATS = ['text', 'json'] as const

/** Every message that `haetae psp` may render. */
export const PSP_MESSAGES = [
  pspMessages,
  migrationMessages,
  stricterMessages,
  unruledMessages,
  unstatedMessages,
  readingMessages,
  renderingMessages,
  schemaMessages,
]

/** The options as the command line gives them. */
export interface PspOptions {
  readonly policies?: string
  readonly format: string
  readonly color: boolean
}

/**
 * `haetae psp check`: what PodSecurityPolicies decide about pods and about the pods that workloads make.
 *
 * @param paths - files and folders with pods, and with the policies where `options.policies` names none
 * @returns 1 where a pod is denied, 3 where some input could not be evaluated
 * @throws UsageError for an input without policies or without pods, and for unknown names
 */
export async function checkPolicies(
  paths: readonly string[],
  options: PspOptions & UseOptions,
  language: Language,
): Promise<ExitStatus> {
  const { format, render, colors } = settingsOf(options, language)
  const input = await readPspInput(paths)
  const ruling = options.policies === undefined ? input : await readPspInput([options.policies])
  const all = ruling === input ? [input] : [ruling, input]
  const hasProblems = complain(all, render)
  if (ruling.policies.length === 0 && !hasProblems) throw usageError('ERR_NO_POLICIES', 'noPolicies')
  if (input.pods.length === 0 && !hasProblems) throw usageError('ERR_NO_PODS', 'noPods')

  const providers = ruling.policies.map(({ provider }) => provider)
  const rbac = all.flatMap((each) => each.rbac)
  const usableFor = usablePolicies(providers, rbac, options)
  const checked = input.pods.map((pod) => ({ ...pod, verdict: checkPod(pod.template, usableFor(pod)) }))
  process.stdout.write(
    format === 'json'
      ? checkJson(checked, providers)
      : checkText(checked, providers.length, { render, colors }),
  )
  if (hasProblems) return EXIT.incomplete
  return checked.every(({ verdict }) => verdict.allowed) ? EXIT.done : EXIT.findings
}

/**
 * `haetae psp migrate`: the nearest Pod Security level of each policy, what is lost and what becomes stricter.
 *
 * @param paths - files and folders with policies
 * @returns 3 where some input could not be evaluated
 * @throws UsageError for an input without policies
 */
export async function migratePolicies(
  paths: readonly string[],
  options: PspOptions & { readonly version: string },
  language: Language,
): Promise<ExitStatus> {
  const { format, render, colors } = settingsOf(options, language)
  const version = policyVersionOf(options.version)
  const input = await readPspInput(paths)
  const hasProblems = complain([input], render)
  if (input.policies.length === 0 && !hasProblems) throw usageError('ERR_NO_POLICIES', 'noPolicies')

  const planned = input.policies.map(({ document, policy }) => ({
    document,
    plan: planMigration(policy, version),
  }))
  process.stdout.write(
    format === 'json' ? migrationJson(planned, render) : migrationText(planned, { render, colors }),
  )
  return hasProblems ? EXIT.incomplete : EXIT.done
}

function settingsOf({ format, color }: PspOptions, language: Language) {
  const known = FORMATS.find((each) => each === format)
  if (known === undefined) {
    const message = cliMessages.make['unknown-value']({ option: '--format', value: format, known: FORMATS })
    throw new UsageError('ERR_OPTION_VALUE', message, cliMessages)
  }
  const terminal = terminalOf(process.stdout, process.env, color)
  return {
    format: known,
    render: createRenderer(PSP_MESSAGES, language),
    colors: pc.createColors(terminal.colour),
  }
}

/** Tells problems and notes on standard error. @returns whether something could not be evaluated */
function complain(inputs: readonly PspInput[], render: Render): boolean {
  const tell = ({ code, file, line, column, message }: InputProblem) => {
    const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`
    process.stderr.write(`${visible(`${place}: ${code}: ${render(message)}`)}\n`)
  }
  for (const { problems, notes } of inputs) [...problems, ...notes].forEach(tell)
  return inputs.some(({ problems }) => problems.length > 0)
}

function usageError(code: string, message: 'noPolicies' | 'noPods'): UsageError {
  return new UsageError(code, pspMessages.make[message]({}), pspMessages)
}
