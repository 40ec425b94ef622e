import pc from 'picocolors'
import {
  type AuditedRequest,
  auditExplanationMessages,
  type Explanation,
  explainDecision,
  type LoadedPolicy,
} from '../../api-access/audit/index.ts'
import { visible } from '../../findings/index.ts'
import { createRenderer, displayWidth, type Language, type Render } from '../../messages/index.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { choiceOf } from '../options.ts'
import { terminalOf } from '../terminal.ts'
import { auditMessages } from './messages.ts'
import { type RequestOptions, requestOfOptions } from './option-request.ts'
import { loadPolicyFile } from './policy-file.ts'

export interface ExplainOptions extends RequestOptions {
  readonly format: string
  readonly color: boolean
}

const FORMATS = ['text', 'json'] as const

const { make } = auditMessages

/**
 * `haetae audit explain`: which rule decides about a request, what is recorded, and why no earlier rule applies.
 *
 * @throws UsageError for a policy or a request that can't be used
 */
export async function explainRequest(
  path: string,
  options: ExplainOptions,
  language: Language,
): Promise<ExitStatus> {
  const format = choiceOf('--format', options.format, FORMATS)
  const request = requestOfOptions(options)
  const loaded = loadPolicyFile(path)
  const explanation = explainDecision(loaded.policy, request)
  const render = createRenderer([auditMessages, auditExplanationMessages], language)
  const colors = pc.createColors(terminalOf(process.stdout, process.env, options.color).colour)
  process.stdout.write(
    format === 'json'
      ? explanationJson(path, request, explanation, loaded, render)
      : explanationText(request, explanation, loaded, render, colors),
  )
  return EXIT.done
}

/** `{policy, request, level, omitStages, omitManagedFields, rule: {index, line, column} | null, events, passed}`. */
function explanationJson(
  policy: string,
  request: AuditedRequest,
  { decision, passed, events }: Explanation,
  loaded: LoadedPolicy,
  render: Render,
): string {
  const place = (rule: number) => ({ index: rule, ...loaded.locate(['rules', rule]) })
  const report = {
    policy,
    request,
    ...decision,
    rule: decision.rule === null ? null : place(decision.rule),
    events,
    passed: passed.map(({ rule, mismatch, message }) => ({
      rule: place(rule),
      mismatch,
      message: render(message),
    })),
  }
  return `${JSON.stringify(report, null, 2)}\n`
}

function explanationText(
  request: AuditedRequest,
  { decision, passed, events }: Explanation,
  loaded: LoadedPolicy,
  render: Render,
  colors: ReturnType<typeof pc.createColors>,
): string {
  const lineOf = (rule: number) => loaded.locate(['rules', rule]).line
  const { rule, level } = decision
  const verdict = rule === null ? make['none-decides']({}) : make.decides({ rule, line: lineOf(rule), level })
  const lines = [colors.bold(visible(requestText(request))), '', `${colors.bold(render(verdict))}`]
  if (events.length === 0) lines.push(`  ${render(make['not-recorded']({}))}`)
  for (const { stage, requestBody, responseBody } of events)
    lines.push(`  ${render(make.recorded({ stage, request: requestBody, response: responseBody }))}`)
  if (decision.omitManagedFields && events.some((event) => event.requestBody || event.responseBody))
    lines.push(`  ${render(make['managed-fields']({}))}`)
  if (passed.length > 0) lines.push('', render(make.passed({})))
  const names = passed.map((each) => render(make.rule({ rule: each.rule, line: lineOf(each.rule) })))
  const width = Math.max(0, ...names.map(displayWidth))
  for (const [index, { message }] of passed.entries()) {
    const name = names[index] ?? ''
    const space = ' '.repeat(width - displayWidth(name))
    lines.push(`  ${colors.dim(name)}${space}  ${visible(render(message))}`)
  }
  return `${lines.join('\n')}\n`
}

/** The same in every language: `create pods/exec web -n shop, jane (dev, system:authenticated)`. */
function requestText({ user, verb, apiGroup, resource, subresource, ...request }: AuditedRequest): string {
  const name = apiGroup === '' ? resource : `${resource}.${apiGroup}`
  const object = subresource === '' ? name : `${name}/${subresource}`
  const parts = [verb, request.resourceRequest ? object : request.path]
  if (request.name !== '') parts.push(request.name)
  if (request.namespace !== '') parts.push(`-n ${request.namespace}`)
  const who = user === undefined ? '-' : `${user.name === '' ? '*' : user.name} (${user.groups.join(', ')})`
  return `${parts.join(' ')}, ${who}`
}
