import type { Check, PatchOperation, Remediation, Severity } from '../../findings/index.ts'
import {
  acceptsValue,
  type FieldPath,
  type FieldSuggestion,
  formatFieldPath,
  type KubernetesObject,
  suggestField,
  type UnknownField,
} from '../../kubernetes/index.ts'
import { defineMessages, withParticle } from '../../messages/index.ts'
import { setField } from '../patch.ts'

interface Meant {
  readonly field: string
  readonly meant: string
}

const messages = defineMessages('unknown-field', {
  misspelt: {
    en: ({ field, meant }: Meant) =>
      `Kubernetes does not know the field ${field} and ignores it; its name is ${meant}`,
    ko: ({ field, meant }: Meant) =>
      `쿠버네티스는 ${field} 필드를 알지 못하여 무시합니다. 올바른 이름은 ${meant}입니다`,
  },
  misplaced: {
    en: ({ field, meant }: Meant) =>
      `Kubernetes does not know the field ${field} and ignores it; it belongs at ${meant}`,
    ko: ({ field, meant }: Meant) =>
      `쿠버네티스는 ${field} 필드를 알지 못하여 무시합니다. 올바른 위치는 ${meant}입니다`,
  },
  occupied: {
    en: ({ field, meant }: Meant) =>
      `Kubernetes does not know the field ${field} and ignores it; it belongs at ${meant}, which has a value already`,
    ko: ({ field, meant }: Meant) =>
      `쿠버네티스는 ${field} 필드를 알지 못하여 무시합니다. 올바른 위치인 ${meant}에는 이미 값이 있습니다`,
  },
  unknown: {
    en: ({ field, type }: { readonly field: string; readonly type: string }) =>
      `Kubernetes does not know the field ${field} and ignores it; ${type} has no such field`,
    ko: ({ field, type }: { readonly field: string; readonly type: string }) =>
      `쿠버네티스는 ${field} 필드를 알지 못하여 무시합니다. ${type}에는 이런 필드가 없습니다`,
  },
  rename: {
    en: ({ field, meant }: Meant) =>
      `Write ${meant} instead of ${field}; from then on it takes effect, so try the workload with it.`,
    ko: ({ field, meant }: Meant) =>
      `${field} 대신 ${withParticle(meant, '을/를')} 사용합니다. 그때부터 설정이 실제로 적용되므로 워크로드가 그대로 동작하는지 확인합니다.`,
  },
  compare: {
    en: ({ field, meant }: Meant) =>
      `Look whether ${meant} says what was meant, and remove ${field}: it has no effect.`,
    ko: ({ field, meant }: Meant) =>
      `${meant}의 값이 의도한 값인지 확인하고, 아무 효과가 없는 ${field} 필드를 제거합니다.`,
  },
  remove: {
    en: ({ field }: { readonly field: string }) => `Remove ${field}: it has no effect.`,
    ko: ({ field }: { readonly field: string }) => `아무 효과가 없는 ${field} 필드를 제거합니다.`,
  },
})

/** Types that exist to confine a pod. */
const SECURITY_TYPES = new Set([
  'AppArmorProfile',
  'Capabilities',
  'PodSecurityContext',
  'SeccompProfile',
  'SELinuxOptions',
  'SecurityContext',
  'Sysctl',
  'WindowsSecurityContextOptions',
])

/** Fields of other types on which a pod's confinement hangs. */
const SECURITY_FIELDS = new Set([
  'automountServiceAccountToken',
  'hostIPC',
  'hostNetwork',
  'hostPID',
  'hostUsers',
  'readOnly',
  'recursiveReadOnly',
  'runtimeClassName',
  'securityContext',
  'serviceAccountName',
  'shareProcessNamespace',
])

/** An object with more unknown fields than this is no misspelt manifest; the rest is named without searching. */
const SUGGESTED = 200

/**
 * High where a setting was meant that confines the pod: its author believes it is in force. "The API server
 * drops fields that it does not recognize" unless asked for strict field validation
 * (Kubernetes API Concepts, Field validation).
 */
export const unknownField: Check = {
  id: 'unknown-field',
  severity: 'medium',
  title: { en: 'Field that Kubernetes does not know', ko: '쿠버네티스가 알지 못하는 필드' },
  messages,
  references: [
    'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
    'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/',
  ],
  run({ object, unknownFields = [] }, report) {
    for (const [index, unknown] of unknownFields.entries()) {
      const suggestion = index < SUGGESTED ? suggestField(object, unknown) : undefined
      const field = formatFieldPath(unknown.path)
      report({
        path: unknown.path,
        message: messageFor(field, unknown, suggestion),
        severity: severityOf(unknown, suggestion),
        remediation: remediationFor(object, field, unknown, suggestion),
        // What was meant to be an environment variable's value may be a password.
        ...(unknown.type === 'EnvVar' && { holdsSecret: true }),
      })
    }
  },
}

function messageFor(field: string, { type }: UnknownField, suggestion: FieldSuggestion | undefined) {
  if (suggestion === undefined) return messages.make.unknown({ field, type })
  if (suggestion.kind !== 'misspelt')
    return messages.make[suggestion.kind]({ field, meant: formatFieldPath(suggestion.path) })
  return messages.make.misspelt({ field, meant: String(suggestion.path.at(-1)) })
}

function severityOf({ path, type }: UnknownField, suggestion: FieldSuggestion | undefined): Severity {
  if (SECURITY_TYPES.has(type)) return 'high'
  if (suggestion !== undefined) {
    if (SECURITY_TYPES.has(suggestion.type) || SECURITY_FIELDS.has(String(suggestion.path.at(-1))))
      return 'high'
  }
  return path.includes('spec') ? 'medium' : 'low'
}

/** Never safe: what was ignored until now starts to take effect. */
function remediationFor(
  object: KubernetesObject,
  field: string,
  { path, value }: UnknownField,
  suggestion: FieldSuggestion | undefined,
): Remediation {
  const remove: PatchOperation = { op: 'remove', path }
  if (suggestion === undefined)
    return { message: messages.make.remove({ field }), patch: [remove], safe: false }

  const meant = formatFieldPath(suggestion.path)
  if (suggestion.kind === 'occupied')
    return { message: messages.make.compare({ field, meant }), patch: [remove], safe: false }
  const message = messages.make.rename({ field, meant })
  if (!acceptsValue(suggestion.field, value)) return { message, patch: [], safe: false }
  const places = concretePlaces(object, suggestion.path)
  if (suggestion.path.includes('*') && places.length === 0) return { message, patch: [], safe: false }
  const free = places.filter((place) => valueAt(object, place) === undefined)
  const [only] = free
  if (only !== undefined && places.length === 1 && valueAt(object, only.slice(0, -1)) !== undefined)
    return { message, patch: [{ op: 'move', from: path, path: only }], safe: false }
  return { message, patch: [...free.map((place) => setAt(object, place, value)), remove], safe: false }
}

/** The path for each item that a `*` in it stands for. */
function concretePlaces(object: unknown, path: FieldPath): FieldPath[] {
  const star = path.indexOf('*')
  if (star < 0) return [path]
  const list = valueAt(object, path.slice(0, star))
  if (!Array.isArray(list)) return []
  return list.flatMap((_, index) =>
    concretePlaces(object, [...path.slice(0, star), index, ...path.slice(star + 1)]),
  )
}

function setAt(object: unknown, path: FieldPath, value: unknown): PatchOperation {
  const names = path.slice(path.findLastIndex((part) => typeof part === 'number') + 1).map(String)
  const owner = path.slice(0, path.length - names.length)
  return setField(valueAt(object, owner), owner, names, value)
}

function valueAt(object: unknown, path: FieldPath): unknown {
  let value = object
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<string | number, unknown>)[part]
  }
  return value
}
