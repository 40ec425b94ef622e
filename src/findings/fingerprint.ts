import { type FieldPath, groupOf, type KubernetesObject } from '../kubernetes/index.ts'
import type { Finding, ResourceReference } from './finding.ts'
import { quote } from './reports/json-text.ts'

/**
 * What a finding is, apart from where it happens to stand: the same for a manifest that was moved, reindented,
 * reordered or given a newer `apiVersion` of the same group. Made of the resource's group, kind, namespace and name
 * (first half, `resourceHalf`) and of the check, the path with list items told by name, and the message with its
 * data (second half, `contentHalf`). The file is left out, so that renaming a folder changes nothing; equal
 * findings of two files are told apart by their count (see `baseline.ts`).
 *
 * @returns 16 hexadecimal digits
 */
export function resourceHalf({ apiVersion, kind, namespace, name }: ResourceReference): string {
  return half(`${groupOf(apiVersion)}\n${kind}\n${namespace ?? ''}\n${name}`)
}

/**
 * The second half of a fingerprint.
 *
 * @param object - the object that `finding.location.path` leads through
 * @returns 16 hexadecimal digits
 */
export function contentHalf({ check, location, message }: Finding, object: KubernetesObject): string {
  return half(`${check}\n${stablePath(object, location.path)}\n${message.id}\n${stableText(message.data)}`)
}

/**
 * A field path whose list items are told by name instead of by index: `spec.containers[app].image`. Items
 * without a name are all written `[]`.
 */
function stablePath(object: unknown, path: FieldPath): string {
  let text = ''
  let value = object
  for (const part of path) {
    value = isRecord(value) ? value[part] : undefined
    if (typeof part === 'string') text += text === '' ? part : `.${part}`
    else {
      // The lists of a pod that matter most merge by `name` (their patchMergeKey in the API reference).
      const name = isRecord(value) ? value['name'] : undefined
      text += typeof name === 'string' ? `[${name}]` : '[]'
    }
  }
  return text
}

/** Data as text that depends neither on the order of keys nor on that of a list of words. */
function stableText(data: unknown): string {
  if (typeof data === 'string') return quote(data)
  if (Array.isArray(data)) {
    const [first, second] = data
    if (second === undefined) return data.length === 0 ? '[]' : `[${stableText(first)}]`
    return `[${data.map(stableText).sort().join()}]`
  }
  if (!isRecord(data)) return JSON.stringify(data) ?? ''
  let text = '{'
  for (const key of sortedKeys(data)) text += `${key}:${stableText(data[key])},`
  return `${text}}`
}

function sortedKeys(data: object): readonly string[] {
  const keys = Object.keys(data)
  return keys.length < 2 ? keys : keys.sort()
}

function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null
}

let hash: typeof import('node:crypto').hash | undefined

/** 64 bits of SHA-256. `node:crypto` is read at the first use: most runs need no fingerprint, and it slows every start. */
function half(text: string): string {
  hash ??= process.getBuiltinModule('node:crypto').hash
  return hash('sha256', text, 'hex').slice(0, 16)
}
