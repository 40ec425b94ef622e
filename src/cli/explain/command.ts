import { visible } from '../../findings/index.ts'
import {
  createFolderRenderer,
  type InputProblem,
  readingMessages,
  readPaths,
  renderingMessages,
} from '../../kubernetes/index.ts'
import { createRenderer, type Language, type MessageSet, type Render } from '../../messages/index.ts'
import { EFFECTIVE_CONTEXT_MESSAGES, type Runtime } from '../../pod-security/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { terminalOf } from '../terminal.ts'
import { type ExplainedPod, explainDocument } from './explained-pod.ts'
import { explainedJson } from './json.ts'
import { explainMessages } from './messages.ts'
import { podTable } from './table.ts'

const RUNTIMES: readonly Runtime[] = ['containerd', 'cri-o']
const FORMATS = ['table', 'json'] as const

/** Every message that `haetae explain` may render. */
export const EXPLAIN_MESSAGES: readonly MessageSet[] = [
  explainMessages,
  readingMessages,
  renderingMessages,
  ...EFFECTIVE_CONTEXT_MESSAGES,
]

/** The options as the command line gives them. */
export interface ExplainOptions {
  readonly container?: string
  readonly runtime: string
  readonly format: string
  readonly color: boolean
}

/**
 * `haetae explain`: the effective security context of every pod in the input, on standard output.
 *
 * @param paths - files, folders, `-` for standard input
 * @returns 3 where some of the input could not be read
 * @throws UsageError for an unknown option value, an unknown container, or an input without any pod
 */
export async function explain(
  paths: readonly string[],
  options: ExplainOptions,
  language: Language,
): Promise<ExitStatus> {
  const runtime = oneOf(RUNTIMES, '--runtime', options.runtime)
  const format = oneOf(FORMATS, '--format', options.format)
  const render = createRenderer(EXPLAIN_MESSAGES, language)
  const input = await readInput(paths, runtime, render)
  const pods = keepContainer(input.pods, options.container)
  if (pods.length === 0 && input.status === EXIT.done)
    throw new UsageError('ERR_NOTHING_TO_EXPLAIN', explainMessages.make.noPods({}), explainMessages)

  if (format === 'json') process.stdout.write(explainedJson(pods, render))
  else {
    const terminal = terminalOf(process.stdout, process.env, options.color)
    const tables = pods.map((pod) => podTable(pod, { render, ...terminal }))
    if (tables.length > 0) process.stdout.write(`${tables.join('\n\n')}\n`)
  }
  return input.status
}

interface Input {
  readonly pods: readonly ExplainedPod[]
  readonly status: ExitStatus
}

async function readInput(paths: readonly string[], runtime: Runtime, render: Render): Promise<Input> {
  const pods: ExplainedPod[] = []
  let status: ExitStatus = EXIT.done
  const renderFolder = createFolderRenderer({ environment: process.env })
  for await (const { documents, problems } of readPaths(paths, { stdin: process.stdin, renderFolder })) {
    for (const problem of problems) complain(problem)
    for (const document of documents) {
      const explanation = explainDocument(document, { runtime })
      if (explanation === undefined) continue
      if ('explained' in explanation) pods.push(explanation.explained)
      else {
        const { kind, name } = explanation.missing
        const message = explainMessages.make.noTemplate({ kind, name })
        complain({ code: 'ERR_NO_POD_TEMPLATE', file: document.file, ...explanation.position, message })
      }
    }
  }
  return { pods, status }

  function complain({ code, file, line, column, message }: InputProblem): void {
    const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`
    process.stderr.write(`${visible(`${place}: ${code}: ${render(message)}`)}\n`)
    status = EXIT.incomplete
  }
}

/** The pods that have a container of that name, with that container alone. */
function keepContainer(pods: readonly ExplainedPod[], name: string | undefined): readonly ExplainedPod[] {
  if (name === undefined) return pods
  const kept = pods.flatMap((explained) => {
    const containers = explained.pod.containers.filter((container) => container.name === name)
    return containers.length === 0 ? [] : [{ ...explained, pod: { ...explained.pod, containers } }]
  })
  if (kept.length > 0 || pods.length === 0) return kept
  const known = [...new Set(pods.flatMap(({ pod }) => pod.containers.map((container) => container.name)))]
  const message = explainMessages.make.noContainer({ name, known: known.join(', ') })
  throw new UsageError('ERR_NO_SUCH_CONTAINER', message, explainMessages)
}

function oneOf<Value extends string>(known: readonly Value[], option: string, value: string): Value {
  const found = known.find((each) => each === value)
  if (found !== undefined) return found
  const message = cliMessages.make['unknown-value']({ option, value, known })
  throw new UsageError('ERR_OPTION_VALUE', message, cliMessages)
}
