import {
  type FieldError,
  type FieldPath,
  type FirstDocument,
  goQuote,
  isRecord,
  type Position,
  parseFirstDocument,
  readingText,
} from '../../../kubernetes/index.ts'
import type { Message } from '../../../messages/index.ts'
import { decodePolicy, jsonType, type UnknownField, unknownFieldText } from './decode.ts'
import { AUDIT_GROUP, POLICY_KIND, POLICY_VERSIONS, type Policy } from './policy.ts'
import { validatePolicy } from './validate.ts'

/** Why the API server would not start with this policy. */
export interface LoadError {
  /** Empty where the file as a whole is meant. */
  readonly field: string
  /** Kubernetes' error type for a field; empty where the file could not be read as a policy at all. */
  readonly type: string
  /** The API server's own words. */
  readonly message: string
  /** What is wrong with a text that is no YAML, in our reader's words: those of the API server's are of no help. */
  readonly problem?: Message
  readonly position: Position
}

/** What strict reading objects to and the API server only warns of; it then goes on without. */
export type LoadWarning =
  | { readonly kind: 'unknown-field'; readonly path: FieldPath; readonly position: Position }
  | { readonly kind: 'duplicate-key'; readonly key: string; readonly position: Position }
  | { readonly kind: 'deprecated-version'; readonly version: string; readonly position: Position }
  | { readonly kind: 'further-documents'; readonly position: Position }

/** A policy that the API server would use, and where its fields stand in the text. */
export interface LoadedPolicy {
  readonly policy: Policy
  readonly warnings: readonly LoadWarning[]
  locate(path: FieldPath): Position
}

const START: Position = { line: 1, column: 1 }

/** Names in Kubernetes' own source, which its messages show. */
const SCHEME = 'k8s.io/apiserver/pkg/audit/scheme.go:31'
const TYPE_META =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'

/**
 * Reads the text of an audit policy file (YAML or JSON; `--audit-policy-file`) as the API server does: strictly
 * first, and leniently where only strictness objects, with a warning for each objection; a policy that is invalid or has
 * no rules is refused. v1beta1 and v1alpha1, which Kubernetes 1.24 removed, are read with a warning.
 *
 * Source: k8s.io/apiserver, `pkg/audit/policy`, the reader.
 */
export function loadPolicy(
  text: string,
): LoadedPolicy | { readonly errors: readonly [LoadError, ...LoadError[]] } {
  const document = parseFirstDocument(text)
  if ('message' in document) {
    const { message: problem, line } = document
    const [error] = refused(
      `failed decoding: yaml: line ${line}: ${readingText.en(problem)}`,
      document,
    ).errors
    return { errors: [{ ...error, problem }] }
  }
  const identified = identify(document.value)
  if ('error' in identified) return refused(identified.error)

  const decoded = decodePolicy(identified.fields)
  if ('error' in decoded) return refused(`failed decoding: ${decoded.error}`)
  const { policy, unknown } = decoded
  const [error, ...others] = validatePolicy(policy).map((each) => located(each, document))
  if (error !== undefined) return { errors: [error, ...others] }
  if (policy.rules.length === 0) return refused('loaded illegal policy with 0 rules')
  return {
    policy,
    warnings: warningsOf(document, unknown, identified.version),
    locate: (path) => document.locate(path),
  }
}

/** What the API server's strict decoder says of a file that it then reads leniently; empty where it has nothing to say. */
export function strictDecodingError(warnings: readonly LoadWarning[]): string {
  const duplicates = warnings.flatMap((warning) =>
    warning.kind === 'duplicate-key'
      ? [`  line ${warning.position.line}: key ${goQuote(warning.key)} already set in map`]
      : [],
  )
  const objections = warnings.flatMap((warning) =>
    warning.kind === 'unknown-field' ? [unknownFieldText(warning)] : [],
  )
  if (duplicates.length > 0) objections.unshift(`yaml: unmarshal errors:\n${duplicates.join('\n')}`)
  return objections.length === 0 ? '' : `strict decoding error: ${objections.join(', ')}`
}

/** Tells whether a document says that it is a policy: "Ensure the policy file contained an apiVersion and kind". */
function identify(
  value: unknown,
):
  | { readonly fields: Readonly<Record<string, unknown>>; readonly version: string }
  | { readonly error: string } {
  if (value !== null && !isRecord(value))
    return {
      error: wrongType(`json: cannot unmarshal ${jsonType(value)} into Go value of type ${TYPE_META}`),
    }
  const fields = value ?? {}
  for (const name of ['apiVersion', 'kind']) {
    const given = fields[name] ?? ''
    if (typeof given !== 'string')
      return {
        error: wrongType(
          `json: cannot unmarshal ${jsonType(given)} into Go struct field .${name} of type string`,
        ),
      }
  }
  const apiVersion = String(fields['apiVersion'] ?? '')
  const kind = String(fields['kind'] ?? '')
  const parts = apiVersion.split('/')
  if (parts.length > 2) return { error: `failed decoding: unexpected GroupVersion string: ${apiVersion}` }
  // Without an apiVersion the decoder takes the text for the internal version, which no file may be in.
  if (apiVersion === '' || apiVersion === '/')
    return kind === '' || kind === POLICY_KIND
      ? { error: `unknown group version field ${AUDIT_GROUP}/__internal, Kind=${POLICY_KIND} in policy` }
      : { error: notRegistered(kind) }
  const version = POLICY_VERSIONS.find((known) => apiVersion === `${AUDIT_GROUP}/${known}`)
  // A missing kind is filled in from what is expected.
  if (version === undefined || (kind !== '' && kind !== POLICY_KIND))
    return { error: notRegistered(kind === '' ? POLICY_KIND : kind, apiVersion) }
  return { fields, version }
}

function wrongType(reason: string): string {
  return `failed decoding: couldn't get version/kind; json parse error: ${reason}`
}

/** @param apiVersion - none: the internal version */
function notRegistered(kind: string, apiVersion?: string): string {
  // Kinds of the group that are no policies decode, but cannot become one.
  if (/^(Event|EventList|PolicyList)$/.test(kind) && apiVersion === `${AUDIT_GROUP}/v1`)
    return `failed decoding: converting (v1.${kind}) to (audit.Policy): unknown conversion`
  const version =
    apiVersion === undefined
      ? `the internal version of group ${goQuote(AUDIT_GROUP)}`
      : `version ${goQuote(apiVersion)}`
  return `failed decoding: no kind ${goQuote(kind)} is registered for ${version} in scheme ${goQuote(SCHEME)}`
}

function warningsOf(
  document: FirstDocument,
  unknown: readonly UnknownField[],
  version: string,
): LoadWarning[] {
  const { duplicates, hasMore } = document
  const warnings: LoadWarning[] = []
  if (version !== POLICY_VERSIONS[0])
    warnings.push({ kind: 'deprecated-version', version, position: document.locate(['apiVersion']) })
  for (const { key, line, column } of duplicates)
    warnings.push({ kind: 'duplicate-key', key, position: { line, column } })
  for (const { path } of unknown)
    warnings.push({ kind: 'unknown-field', path, position: document.locate(path) })
  if (hasMore) warnings.push({ kind: 'further-documents', position: START })
  return warnings
}

function located({ field, type, message, path }: FieldError, document: FirstDocument): LoadError {
  return { field, type, message, position: document.locate(path) }
}

function refused(message: string, position: Position = START): { readonly errors: readonly [LoadError] } {
  const { line, column } = position
  return { errors: [{ field: '', type: '', message, position: { line, column } }] }
}
