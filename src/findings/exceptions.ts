import { type FieldPath, stringOf } from '../kubernetes/index.ts'
import type { Subject } from './check.ts'
import type { Exception } from './reported.ts'

/** Checks that the object need not pass: `haetae.io/skip: privileged,hostNamespaces`. */
export const SKIP = 'haetae.io/skip'
/** Why; required, since an exception nobody can explain is a hole. */
export const SKIP_REASON = 'haetae.io/skip-reason'
/** The last day (UTC) on which the exception holds; optional. */
export const SKIP_UNTIL = 'haetae.io/skip-until'

/** What one set of annotations asks for, taken apart but not yet judged. */
export interface ExceptionRequest {
  /** The checks named, in their order, without duplicates. */
  readonly checks: readonly string[]
  /** Trimmed; `''` where there is none. */
  readonly reason: string
  readonly until?: string
  /** Annotations that begin as these do and are none of them, such as a misspelt `haetae.io/skip-untill`. */
  readonly unknown: readonly string[]
  /** Path of the annotations, from the object's root. */
  readonly path: FieldPath
}

/** The exceptions in force on one object: the exception for a check, undefined where it has none. */
export type Exceptions = (check: string) => Exception | undefined

const NONE: Exceptions = () => undefined

/**
 * The exceptions that hold for an object on a day. Annotations of the workload and of its pod template both
 * count. One that lacks a reason, has a date that is none or an annotation that nobody knows, or is over, does not
 * hold: it would hide findings that nobody answers for. `createExceptionChecks` makes findings of those.
 *
 * @param today - `YYYY-MM-DD` in UTC
 */
export function exceptionsOf(subject: Subject, today: string): Exceptions {
  let byCheck: Map<string, Exception> | undefined
  for (const request of exceptionRequests(subject)) {
    const { checks, reason, until, unknown, path } = request
    if (unknown.length > 0 || reason === '' || (until !== undefined && (!isDate(until) || until < today)))
      continue
    byCheck ??= new Map()
    for (const check of checks)
      if (!byCheck.has(check))
        byCheck.set(check, {
          check,
          reason,
          ...(until === undefined ? {} : { until }),
          path: [...path, SKIP],
        })
  }
  return byCheck === undefined ? NONE : (check) => byCheck.get(check)
}

/** Every set of annotations of an object that speaks of exceptions, the workload's own first. */
export function exceptionRequests({ object, pod }: Subject): readonly ExceptionRequest[] {
  const own = requestOf(object.metadata?.annotations, OWN)
  // A Pod is its own template: its annotations are read once.
  const template =
    pod === undefined || pod.path.length === 0
      ? undefined
      : requestOf(pod.metadata.annotations, [...pod.path, ...OWN])
  if (own === undefined) return template === undefined ? NO_REQUESTS : [template]
  return template === undefined ? [own] : [own, template]
}

/** Whether a text is a day of the calendar, written `YYYY-MM-DD` (ISO 8601, RFC 3339 `full-date`). */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

const OWN: FieldPath = ['metadata', 'annotations']
const KNOWN: ReadonlySet<string> = new Set([SKIP, SKIP_REASON, SKIP_UNTIL])
const NO_REQUESTS: readonly ExceptionRequest[] = []

function requestOf(
  annotations: Readonly<Record<string, unknown>> | undefined,
  path: FieldPath,
): ExceptionRequest | undefined {
  if (annotations === undefined || annotations === null) return undefined
  const skip = annotations[SKIP]
  const reason = annotations[SKIP_REASON]
  const until = annotations[SKIP_UNTIL]
  const unknown = Object.keys(annotations).filter((name) => name.startsWith(SKIP) && !KNOWN.has(name))
  const isSilent = skip === undefined && reason === undefined && until === undefined
  if (isSilent && unknown.length === 0) return undefined
  const checks = new Set(
    text(skip)
      .split(',')
      .map((check) => check.trim())
      .filter((check) => check !== ''),
  )
  return {
    checks: [...checks],
    reason: text(reason).trim(),
    ...(until === undefined ? {} : { until: text(until).trim() }),
    unknown,
    path,
  }
}

/** Annotations are strings; where a manifest has something else, the API server would refuse it anyway. */
function text(value: unknown): string {
  return stringOf(value)
}
