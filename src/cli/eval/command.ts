import { once } from 'node:events'
import { createRenderer, type Language, type MessageSet } from '../../messages/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { type Engine, RequestError } from './engine.ts'
import { ENGINE_NAMES } from './engine-names.ts'
import { type Line, MAX_LINE_LENGTH, readLines } from './lines.ts'
import { evalMessages } from './messages.ts'
import { compileRequestSchema, notJson, schemaErrorMessage } from './request-schema.ts'

const { make } = evalMessages

/** What an engine's module exports. */
interface EngineModule {
  readonly engine: Engine
  readonly messages: readonly MessageSet[]
}

/** Each engine is loaded only when it is asked for. */
const ENGINES: Readonly<Record<(typeof ENGINE_NAMES)[number], () => Promise<EngineModule>>> = {
  abac: () => import('./engines/abac.ts'),
  'admission-policy': () => import('./engines/admission-policy.ts'),
  'audit-policy': () => import('./engines/audit-policy.ts'),
  'audit-policy-validate': () => import('./engines/audit-policy-validate.ts'),
  filter: () => import('./engines/filter.ts'),
  'k8s-audit-fields': () => import('./engines/k8s-audit-fields.ts'),
  node: () => import('./engines/node.ts'),
  'pod-security': () => import('./engines/pod-security.ts'),
  'pod-security-admission': () => import('./engines/pod-security-admission.ts'),
  'pod-security-policy': () => import('./engines/pod-security-policy.ts'),
  rbac: () => import('./engines/rbac.ts'),
  rules: () => import('./engines/rules.ts'),
  seccomp: () => import('./engines/seccomp.ts'),
  strace: () => import('./engines/strace.ts'),
}

/** Prints the JSON Schema of an engine's lines. */
export async function printSchema(name: string): Promise<ExitStatus> {
  const { engine } = await loadEngine(name)
  process.stdout.write(
    `${JSON.stringify({ engine: name, request: engine.request, answer: engine.answer }, null, 2)}\n`,
  )
  return EXIT.done
}

/**
 * Answers every line of standard input, in order, streaming. A line that can't be evaluated is answered with
 * `{"error": {code, message}}`; the others are not touched by it. Empty lines are passed over.
 *
 * @returns 3 where any line could not be evaluated
 */
export async function evaluateLines(name: string, language: Language): Promise<ExitStatus> {
  const { engine, messages } = await loadEngine(name)
  const render = createRenderer([evalMessages, ...messages], language)
  const fits = compileRequestSchema(engine.request)
  let status: ExitStatus = EXIT.done

  for await (const lines of readLines(process.stdin)) {
    let answers = ''
    for (const line of lines)
      if (line === undefined || line.trim() !== '') answers += `${JSON.stringify(answer(line))}\n`
    if (answers !== '' && !process.stdout.write(answers)) await once(process.stdout, 'drain')
  }
  return status

  function answer(line: Line): unknown {
    try {
      return engine.evaluate(requestOf(line) as never)
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      status = EXIT.incomplete
      engine.passOver?.(line)
      return { error: { code: error.code, message: render(error.detail) } }
    }
  }

  function requestOf(line: Line): unknown {
    if (line === undefined)
      throw new RequestError('ERR_LINE_TOO_LONG', make['line-too-long']({ limit: MAX_LINE_LENGTH }))
    let request: unknown
    try {
      request = JSON.parse(line)
    } catch (error) {
      throw new RequestError('ERR_JSON_SYNTAX', notJson(error))
    }
    const [problem] = fits(request) ? [] : (fits.errors ?? [])
    if (problem !== undefined) throw new RequestError('ERR_REQUEST_SHAPE', schemaErrorMessage(problem))
    return request
  }
}

function loadEngine(name: string): Promise<EngineModule> {
  const load = Object.hasOwn(ENGINES, name) ? ENGINES[name as keyof typeof ENGINES] : undefined
  if (load === undefined)
    throw new UsageError(
      'ERR_UNKNOWN_ENGINE',
      make['unknown-engine']({ engine: name, known: ENGINE_NAMES }),
      evalMessages,
    )
  return load()
}
