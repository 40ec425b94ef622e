import { auditEvents, syscallEvents } from '../compiler/index.ts'
import { EVENT_SOURCES, type EventSourceName } from '../fields/index.ts'
import { readTemplate, type TemplateError } from '../format/index.ts'

/** What is wrong with an output template, and the field that it is about, where it is about one. */
export interface OutputProblem extends TemplateError {
  readonly field: string | undefined
}

/** Holds an output template against the fields of its source: Falco's message for the first thing that is wrong. */
export function checkOutput(output: string, source: string): OutputProblem | undefined {
  const name = EVENT_SOURCES.find((each) => each === source)
  const problem = name === undefined ? undefined : PROBLEM[name](output)
  if (problem === undefined) return undefined
  const field = /^%[0-9]*([\w.]+)/.exec(output.slice(problem.index))?.[1]
  return { ...problem, field }
}

const PROBLEM: Readonly<Record<EventSourceName, (output: string) => TemplateError | undefined>> = {
  syscall: (output) => errorOf(readTemplate(output, syscallEvents)),
  k8s_audit: (output) => errorOf(readTemplate(output, auditEvents)),
}

function errorOf(
  result: { readonly ok: true } | { readonly ok: false; readonly error: TemplateError },
): TemplateError | undefined {
  return result.ok ? undefined : result.error
}
