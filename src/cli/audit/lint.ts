import { basename } from 'node:path'
import { lintPolicy, POLICY_CHECKS, type PolicyFinding } from '../../api-access/audit/index.ts'
import {
  createReporter,
  createTally,
  createTriage,
  FAIL_ON,
  type Finding,
  REPORT_FORMATS,
  type ResourceReference,
  streamSink,
} from '../../findings/index.ts'
import { type KubernetesObject, parseFirstDocument } from '../../kubernetes/index.ts'
import { createRenderer, type Language } from '../../messages/index.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { choiceOf } from '../options.ts'
import { terminalOf } from '../terminal.ts'
import { VERSION } from '../version.ts'
import { readPolicyText } from './policy-file.ts'

export interface LintOptions {
  readonly format: string
  readonly failOn: string
  readonly color: boolean
}

/** What findings about standard input name as their file. */
const STDIN_NAME = '<stdin>'

const FORMATS = ['text', ...REPORT_FORMATS.filter((format) => format !== 'pretty')] as const

/**
 * `haetae audit lint`: findings about audit policies, in the report formats of `haetae scan`.
 *
 * @returns 1 for findings at or over the threshold
 * @throws UsageError for a policy that can't be read
 */
export async function lintPolicies(
  paths: readonly string[],
  options: LintOptions,
  language: Language,
): Promise<ExitStatus> {
  const format = choiceOf('--format', options.format, FORMATS)
  const failOn = choiceOf('--fail-on', options.failOn, FAIL_ON)
  const texts = paths.map((path) => ({ file: path === '-' ? STDIN_NAME : path, text: readPolicyText(path) }))
  const sink = streamSink(process.stdout, { end: false })
  const { colour } = terminalOf(process.stdout, process.env, options.color)
  const reporter = await createReporter(format === 'text' ? 'pretty' : format, sink, { colour })
  const tally = createTally(failOn)
  const triage = createTriage({ today: new Date().toISOString().slice(0, 10) })
  reporter.begin({
    version: VERSION,
    language,
    render: createRenderer(
      POLICY_CHECKS.map(({ messages }) => messages),
      language,
    ),
    checks: POLICY_CHECKS,
    helpUrl: (id) => POLICY_CHECKS.find((check) => check.id === id)?.references[0],
    failOn,
    hasBaseline: false,
    startedAt: new Date().toISOString(),
    root: process.cwd(),
  })
  for (const { file, text } of texts) {
    const { object, lineAt } = objectOf(text)
    const resource = resourceOf(object, file)
    const report = triage({ object }, { lineAt })
    for (const remark of lintPolicy(text)) {
      const reported = report(findingOf(remark, file, resource))
      tally.finding(reported)
      reporter.finding(reported)
    }
  }
  const summary = tally.summary({ files: paths.length, objects: paths.length })
  reporter.end(summary)
  await sink.close()
  return summary.failing > 0 ? EXIT.findings : EXIT.done
}

function findingOf(
  { check, severity, message, path, position }: PolicyFinding,
  file: string,
  resource: ResourceReference,
): Finding {
  const references = POLICY_CHECKS.find(({ id }) => id === check)?.references ?? []
  return { check, severity, resource, location: { file, ...position, path }, message, references }
}

/** The policy as any object, for reports that look into it; a text that is none has no fields. */
function objectOf(text: string): {
  readonly object: KubernetesObject
  readonly lineAt: (line: number) => string | undefined
} {
  const document = parseFirstDocument(text)
  const none = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy' }
  if ('message' in document) {
    const lines = text.split('\n')
    return { object: none, lineAt: (line) => lines[line - 1] }
  }
  const { value } = document
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return { object: { ...none, ...(isObject && value) }, lineAt: (line) => document.lineAt(line) }
}

/** A policy need not have a name: its file's stands in. */
function resourceOf({ metadata }: KubernetesObject, file: string): ResourceReference {
  const name: unknown = metadata?.name
  return {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    name: typeof name === 'string' && name !== '' ? name : basename(file),
  }
}
