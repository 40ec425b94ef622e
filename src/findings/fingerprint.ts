import { type FieldPath, groupOf, type KubernetesObject } from '../kubernetes/index.ts'
import type { Finding } from './finding.ts'

/**
 * What a finding is, apart from where it happens to stand: the same for a manifest that was moved, reindented,
 * reordered or given a newer `apiVersion` of the same group. Made of the check, the resource's group, kind,
 * namespace and name, the stable path and the message with its data. The file is left out, so that renaming
 * a folder changes nothing; equal findings of two files are told apart by their count (see `baseline.ts`).
 *
 * @param object - the object that `finding.location.path` leads through
 * @returns 32 hexadecimal digits, a truncated SHA-256: nobody can craft a finding that hides behind another's
 */
export function fingerprintOf(finding: Finding, object: KubernetesObject): string {
  const { check, resource, location, message } = finding
  const text = `${check}\n${groupOf(resource.apiVersion)}\n${resource.kind}\n${resource.namespace ?? ''}\n${
    resource.name
  }\n${stablePath(object, location.path)}\n${message.id}\n${stableText(message.data)}`
  return sha256(text).slice(0, 32)
}

/**
 * A field path whose list items are told by name instead of by index: `spec.containers[app].image`. Items
 * without a name are all written `[]`.
 */
export function stablePath(object: unknown, path: FieldPath): string {
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
  if (Array.isArray(data)) return `[${data.map(stableText).sort().join()}]`
  if (!isRecord(data)) return JSON.stringify(data) ?? ''
  let text = '{'
  for (const key of Object.keys(data).sort()) text += `${key}:${stableText(data[key])},`
  return `${text}}`
}

function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null
}

let hash: typeof import('node:crypto').hash | undefined

/** `node:crypto` is read at the first use: most runs need no fingerprint, and it slows every start. */
function sha256(text: string): string {
  hash ??= process.getBuiltinModule('node:crypto').hash
  return hash('sha256', text, 'hex')
}
