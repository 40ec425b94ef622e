import pc from 'picocolors'
import {
  type AuditBatches,
  auditEventMessages,
  auditReaderMessages,
  createSimulation,
  readFiles,
  readStream,
} from '../../api-access/audit/index.ts'
import { createRenderer, type Language } from '../../messages/index.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { choiceOf } from '../options.ts'
import { terminalOf } from '../terminal.ts'
import { auditMessages } from './messages.ts'
import { loadPolicyFile } from './policy-file.ts'
import { createProblemList } from './problem-list.ts'
import { simulationJson, simulationText } from './simulation-report.ts'

export interface SimulateOptions {
  readonly log: readonly string[]
  readonly against?: string
  readonly format: string
  readonly quiet?: boolean
  readonly color: boolean
}

const FORMATS = ['text', 'json'] as const

/**
 * `haetae audit simulate`: what a policy would have made of recorded logs. Memory does not grow with the logs.
 *
 * @returns 3 where something in the logs could not be read
 * @throws UsageError for a policy that can't be used
 */
export async function simulatePolicy(
  path: string,
  options: SimulateOptions,
  language: Language,
): Promise<ExitStatus> {
  const format = choiceOf('--format', options.format, FORMATS)
  const loaded = loadPolicyFile(path)
  const against = options.against === undefined ? undefined : loadPolicyFile(options.against)
  const simulation = createSimulation(loaded.policy, against?.policy)
  const render = createRenderer([auditMessages, auditReaderMessages, auditEventMessages], language)
  const problems = createProblemList(render, options.quiet === true)

  for await (const items of readLogs(options.log))
    for (const item of items) {
      if ('event' in item) simulation.add(item.event)
      else problems.add(item)
    }
  problems.end()

  const result = simulation.result()
  const lineOf = (rule: number) => loaded.locate(['rules', rule]).line
  const colors = pc.createColors(terminalOf(process.stdout, process.env, options.color).colour)
  const report = { policy: path, ...(options.against !== undefined && { against: options.against }), lineOf }
  process.stdout.write(
    format === 'json'
      ? simulationJson(result, { ...report, problems: problems.count })
      : simulationText(result, report, { render, colors, language }),
  )
  return problems.count > 0 ? EXIT.incomplete : EXIT.done
}

async function* readLogs(paths: readonly string[]): AuditBatches {
  for (const path of paths) yield* path === '-' ? readStream(process.stdin, '-') : readFiles([path])
}
