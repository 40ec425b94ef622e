import { type Fields, parseFirstDocument, readingMessages } from '../../../kubernetes/index.ts'
import type { Message } from '../../../messages/index.ts'
import { abacMessages } from './messages.ts'
import type { AbacPolicy } from './policy.ts'

const { make } = abacMessages

const GROUP = 'abac.authorization.kubernetes.io'

/** A longer line does not fit into the buffer of the API server's reader. */
const LINE_LIMIT = 64 * 1024

const AUTHENTICATED = 'system:authenticated'

/** Why the API server would not start with this file. */
export interface AbacLoadError {
  /** From 1. */
  readonly line: number
  readonly message: Message
}

/**
 * Reads the text of an ABAC policy file (`--authorization-policy-file`): "one policy object per line"; blank lines and
 * those that begin with `#` are passed over. Lines without `apiVersion` are in the form of v0.
 *
 * @returns the policies in order; or the first line that is none
 * Source: Kubernetes documentation, "Using ABAC Authorization"; kubernetes, `pkg/auth/authorizer/abac`.
 */
export function loadAbacPolicies(
  text: string,
): { readonly policies: readonly AbacPolicy[] } | { readonly error: AbacLoadError } {
  const policies: AbacPolicy[] = []
  let line = 0
  for (const each of text.split('\n')) {
    line++
    if (Buffer.byteLength(each) >= LINE_LIMIT)
      return { error: { line, message: make['line-too-long']({ line, limit: LINE_LIMIT }) } }
    const trimmed = each.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const read = readLine(trimmed, line)
    if ('id' in read) return { error: { line, message: read } }
    policies.push(read)
  }
  return { policies }
}

function readLine(text: string, line: number): AbacPolicy | Message {
  const parsed = parse(text)
  if ('problem' in parsed) return make.syntax({ line, problem: parsed.problem })
  const { value } = parsed
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return make['not-an-object']({ line })
  const fields = value as Fields
  const { apiVersion, kind } = fields
  for (const [field, given] of Object.entries({ apiVersion, kind }))
    if (given !== undefined && given !== null && typeof given !== 'string')
      return make['field-type']({ line, field, expected: 'string' })
  if (apiVersion === `${GROUP}/v1beta1` && kind === 'Policy') return fromV1beta1(fields['spec'], line)
  // "For backwards compatibility" a line may lack its version.
  const unversioned = !apiVersion || apiVersion === `${GROUP}/v0`
  if (unversioned && (!kind || kind === 'Policy')) return fromV0(fields, line)
  return make['not-a-policy']({ line, apiVersion: `${apiVersion ?? ''}`, kind: `${kind ?? ''}` })
}

/** What begins with a brace is JSON, anything else YAML, as the API server's decoder tells them apart. */
function parse(text: string): { readonly value: unknown } | { readonly problem: Message } {
  if (text.startsWith('{')) {
    try {
      return { value: JSON.parse(text) }
    } catch {
      // The reader of YAML, of which JSON is a part, tells in our words what is wrong; YAML alone is not enough here.
      const document = parseFirstDocument(text)
      return { problem: 'message' in document ? document.message : readingMessages.make['json-syntax']({}) }
    }
  }
  const document = parseFirstDocument(text)
  return 'message' in document ? { problem: document.message } : { value: document.value }
}

/** "`*` matches all" users of v1beta1 that are authenticated. */
function fromV1beta1(spec: unknown, line: number): AbacPolicy | Message {
  if (spec !== undefined && spec !== null && (typeof spec !== 'object' || Array.isArray(spec)))
    return make['field-type']({ line, field: 'spec', expected: 'object' })
  const policy = decode((spec ?? {}) as Fields, 'spec.', line)
  if ('id' in policy) return policy
  const everybody = policy.user === '*' || policy.group === '*'
  return everybody ? { ...policy, user: '', group: AUTHENTICATED } : policy
}

/** In v0 what is not given matches everything, and a rule for nothing in particular is for URLs too. */
function fromV0(fields: Fields, line: number): AbacPolicy | Message {
  const given = decode(fields, '', line)
  if ('id' in given) return given
  const { user, group, namespace, resource } = given
  const everybody = (user === '' && group === '') || user === '*' || group === '*'
  return {
    user: everybody ? '' : user,
    group: everybody ? AUTHENTICATED : group,
    readonly: given.readonly,
    apiGroup: '*',
    resource: resource === '' ? '*' : resource,
    namespace: namespace === '' ? '*' : namespace,
    nonResourcePath: namespace === '' && resource === '' ? '*' : '',
  }
}

function decode(fields: Fields, prefix: string, line: number): AbacPolicy | Message {
  const texts = ['user', 'group', 'apiGroup', 'resource', 'namespace', 'nonResourcePath'] as const
  const policy: Partial<Record<(typeof texts)[number], string>> = {}
  for (const name of texts) {
    const given = fields[name] ?? ''
    if (typeof given !== 'string')
      return make['field-type']({ line, field: `${prefix}${name}`, expected: 'string' })
    policy[name] = given
  }
  const readonly = fields['readonly'] ?? false
  if (typeof readonly !== 'boolean')
    return make['field-type']({ line, field: `${prefix}readonly`, expected: 'bool' })
  const { user = '', group = '', apiGroup = '', resource = '', namespace = '', nonResourcePath = '' } = policy
  return { user, group, readonly, apiGroup, resource, namespace, nonResourcePath }
}
