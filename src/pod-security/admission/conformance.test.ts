import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Pod } from '../../kubernetes/index.ts'
import {
  formatLevelVersion,
  type LevelVersion,
  parseLevelVersion,
  parsePolicyVersion,
} from '../standards/version.ts'
import { admit } from './admit.ts'
import { loadConfiguration, loadConfigurationObject } from './configuration/load.ts'
import { settingsOf } from './configuration/settings.ts'
import type { AdmissionContext } from './context.ts'
import { evalPodSecurityAdmission, type PodSecurityAdmissionRequest } from './contract.ts'
import { decodeRequestObject } from './decode.ts'
import { evaluateByStandards, type PodEvaluator } from './evaluator.ts'
import { formatFieldErrors } from './field-errors.ts'
import { type Labels, type Policy, resolvePolicy } from './policy.ts'
import type { AdmissionRequest } from './request.ts'
import type { AdmissionResponse } from './response.ts'

/** Kubernetes' own cases, of which none is left out. */
const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'pss')
const available = existsSync(folder)
if (!available) console.info(`skipped: no Pod Security Admission conformance cases in ${folder}`)

type Modes = { readonly enforce: string; readonly audit: string; readonly warn: string }

interface ExpectedResponse {
  readonly allowed: boolean
  readonly code?: number
  readonly reason?: string
  readonly message?: string
  readonly warnings: readonly string[]
  readonly auditAnnotations: Readonly<Record<string, string>>
}

const NAMESPACE_REQUEST = {
  kind: { group: '', version: 'v1', kind: 'Namespace' },
  resource: { group: '', version: 'v1', resource: 'namespaces' },
} as const

describe.skipIf(!available)('admission of pods and workloads', () => {
  interface Case {
    readonly name: string
    readonly config: unknown
    readonly namespace: string
    readonly namespaceExists: boolean
    readonly namespaceLabels: Labels | null
    readonly objectDecodeError?: string
    readonly oldObjectDecodeError?: string
    readonly request: PodSecurityAdmissionRequest['request']
    readonly expected: ExpectedResponse
  }
  test.each(cases<Case>('admission_pods.jsonl'))('$name', (item) => {
    const { objectDecodeError, oldObjectDecodeError, namespace: name, namespaceLabels: labels } = item
    const answer = evalPodSecurityAdmission({
      config: item.config,
      namespace: item.namespaceExists ? { name, labels: labels ?? {} } : null,
      request: {
        ...item.request,
        namespace: name,
        ...(objectDecodeError !== undefined && { objectDecodeError }),
        ...(oldObjectDecodeError !== undefined && { oldObjectDecodeError }),
      },
    })
    const { reason: _, ...expected } = item.expected
    expect(answer).toEqual(expected)
  })

  test.each(cases<Case>('admission_pods.jsonl'))('$name: reason', (item) => {
    expect(admit(requestOf(item), contextOf(item)).status?.reason).toBe(item.expected.reason)
  })

  function requestOf({
    request,
    namespace,
    objectDecodeError,
    oldObjectDecodeError,
  }: Case): AdmissionRequest {
    return {
      operation: request.operation,
      kind: request.kind,
      resource: request.resource,
      subresource: request.subresource ?? '',
      name: request.name ?? '',
      namespace,
      user: request.user ?? '',
      object: decodeRequestObject(request.object, request.kind, objectDecodeError),
      oldObject: decodeRequestObject(request.oldObject, request.kind, oldObjectDecodeError),
    }
  }

  function contextOf(item: Case): AdmissionContext {
    const loaded = loadConfigurationObject(item.config)
    if ('problem' in loaded) throw new Error(JSON.stringify(loaded.problem))
    return {
      settings: loaded.settings,
      evaluate: evaluateByStandards,
      namespaceLabels: () => (item.namespaceExists ? (item.namespaceLabels ?? {}) : undefined),
      podsIn: () => undefined,
      maxPodsToCheck: 3000,
      isTimeUp: () => false,
    }
  }
})

interface NamespaceCase {
  readonly name: string
  readonly operation: 'CREATE' | 'UPDATE'
  readonly namespace: string
  readonly subresource: string
  readonly labels: Labels | null
  readonly oldLabels: Labels | null
  readonly defaultPolicy: Modes
  readonly exemptions: {
    readonly namespaces: readonly string[] | null
    readonly runtimeClasses: readonly string[] | null
  }
  readonly existingPods: readonly Pod[]
  readonly maxPodsToCheck: number
  readonly podsListed: boolean
  readonly artificialDelay?: boolean
  readonly expected: ExpectedResponse
}

describe.skipIf(!available)('admission of namespaces', () => {
  test.each(cases<NamespaceCase>('admission_namespaces.jsonl'))('$name, $maxPodsToCheck pods', (item) => {
    const { response, listed } = admitNamespaceCase(item, evaluateByStandards)
    expect(plain(response)).toEqual(item.expected)
    expect(listed).toBe(item.podsListed)
  })

  test.each(cases<NamespaceCase>('admission_namespaces.jsonl'))(
    '$name, $maxPodsToCheck pods: contract',
    (item) => {
      const { name } = item
      const defaults = Object.fromEntries(
        Object.entries(item.defaultPolicy).flatMap(([mode, policy]) => {
          const [level = '', version = ''] = policy.split(':')
          return [
            [mode, level],
            [`${mode}-version`, version],
          ]
        }),
      )
      const answer = evalPodSecurityAdmission({
        config: { defaults, exemptions: item.exemptions },
        namespace: { name: item.namespace, labels: item.oldLabels ?? {} },
        request: {
          ...NAMESPACE_REQUEST,
          operation: item.operation,
          subresource: item.subresource,
          name: item.namespace,
          user: 'test-user',
          object: namespaceObject(item.namespace, item.labels),
          oldObject: item.oldLabels === null ? null : namespaceObject(item.namespace, item.oldLabels),
        },
        existingPods: item.existingPods,
        maxPodsToCheck: item.maxPodsToCheck,
      })
      const { reason: _, ...expected } = item.expected
      expect(answer, name).toEqual(expected)
    },
  )
})

describe.skipIf(!available)(
  'admission of namespaces, with pods that say themselves what they violate',
  () => {
    const evaluate: PodEvaluator = (_, { metadata }) => {
      const error = metadata?.annotations?.['error'] ?? ''
      return { allowed: error === '', forbiddenReason: error, forbiddenDetail: error }
    }
    test.each(cases<NamespaceCase>('admission_namespaces_stub.jsonl'))('$name', (item) => {
      // The list was recorded after Kubernetes had rearranged it in place: the slots of the pods that it left out
      // repeat others. No two pods of a namespace have the same name.
      const names = item.existingPods.map(({ metadata }) => metadata?.name)
      const existingPods = item.existingPods.filter((_, index) => names.indexOf(names[index]) === index)
      const { response, listed } = admitNamespaceCase({ ...item, existingPods }, evaluate)
      expect(plain(response)).toEqual(item.expected)
      expect(listed).toBe(item.podsListed)
    })
  },
)

describe.skipIf(!available)('labels of namespaces', () => {
  interface Case {
    readonly name: string
    readonly labels: Labels
    readonly defaultPolicy: Modes
    readonly expected: Modes
    readonly expectErr: boolean
    readonly error?: string
  }
  test.each(cases<Case>('namespace_labels.jsonl'))('$name', (item) => {
    const { policy, errors } = resolvePolicy(item.labels, policyOf(item.defaultPolicy))
    expect({
      enforce: formatLevelVersion(policy.enforce),
      audit: formatLevelVersion(policy.audit),
      warn: formatLevelVersion(policy.warn),
    }).toEqual(item.expected)
    expect(errors.length > 0).toBe(item.expectErr)
    expect(formatFieldErrors(errors)).toBe(item.error ?? '')
  })

  test.each(cases<{ version: string; valid: boolean }>('parse_version.jsonl'))(
    'version "$version"',
    (item) => {
      expect(parsePolicyVersion(item.version) !== undefined).toBe(item.valid)
    },
  )
})

describe.skipIf(!available)('labels of exempt namespaces', () => {
  interface Case {
    readonly name: string
    readonly namespace: string
    readonly labels: Labels
    readonly defaultPolicy: Modes
    readonly expectedWarning: string
  }
  test.each(cases<Case>('exempt_namespace_warnings.jsonl'))('$name', (item) => {
    const { response } = admitNamespaceCase(
      {
        ...item,
        operation: 'CREATE',
        subresource: '',
        oldLabels: null,
        exemptions: { namespaces: [item.namespace], runtimeClasses: null },
        existingPods: [],
        maxPodsToCheck: 4,
      },
      evaluateByStandards,
    )
    expect(response.warnings).toEqual(item.expectedWarning === '' ? [] : [item.expectedWarning])
  })
})

describe.skipIf(!available)('configuration files', () => {
  interface Case {
    readonly name: string
    readonly data: string
    readonly error: string | null
    readonly expectErrSubstring: string
    readonly expectedConfig: { readonly defaults: unknown; readonly exemptions: unknown } | null
  }
  test.each(cases<Case>('config_load.jsonl'))('$name', (item) => {
    const loaded = loadConfiguration(item.data)
    if ('problem' in loaded) {
      expect(loaded.problem.message.data['error']).toBe(item.error)
      expect(item.error).toContain(item.expectErrSubstring)
      return
    }
    expect(item.error).toBeNull()
    expect(loaded.configuration.defaults).toEqual(item.expectedConfig?.defaults)
    expect(loaded.configuration.exemptions).toEqual(item.expectedConfig?.exemptions)
  })

  interface Validation {
    readonly name?: string
    readonly config: Parameters<typeof settingsOf>[0]
    readonly expectedErrors: readonly { readonly Type: string; readonly Field: string }[]
  }
  test('validation', () => {
    for (const item of cases<Validation>('config_validation.jsonl')) {
      const result = settingsOf(item.config)
      const errors = 'errors' in result ? result.errors : []
      expect(errors.map(({ type, field }) => ({ type, field }))).toEqual(
        item.expectedErrors.map(({ Type, Field }) => ({ type: Type, field: Field })),
      )
    }
  })
})

/** Admits a namespace case; the clock is one that runs out as the case says. */
function admitNamespaceCase(
  item: Omit<NamespaceCase, 'expected' | 'podsListed'>,
  evaluate: PodEvaluator,
): { readonly response: AdmissionResponse; readonly listed: boolean } {
  const { kind } = NAMESPACE_REQUEST
  const request: AdmissionRequest = {
    ...NAMESPACE_REQUEST,
    operation: item.operation,
    subresource: item.subresource,
    name: item.namespace,
    namespace: item.namespace,
    user: 'test-user',
    object: decodeRequestObject(namespaceObject(item.namespace, item.labels), kind),
    oldObject: decodeRequestObject(
      item.oldLabels === null ? null : namespaceObject(item.namespace, item.oldLabels),
      kind,
    ),
  }
  let listed = false
  let evaluations = 0
  const { namespaces, runtimeClasses } = item.exemptions
  const response = admit(request, {
    settings: {
      defaults: policyOf(item.defaultPolicy),
      exemptions: { usernames: [], namespaces: namespaces ?? [], runtimeClasses: runtimeClasses ?? [] },
    },
    evaluate,
    namespaceLabels: () => undefined,
    podsIn: () => {
      listed = true
      return item.name === 'timeout on list' ? undefined : item.existingPods
    },
    maxPodsToCheck: item.maxPodsToCheck,
    // Upstream's stub takes a little more than half of the time for each pod.
    isTimeUp: () => item.name === 'timeout on evaluate' && ++evaluations >= 2,
  })
  return { response, listed }
}

function namespaceObject(name: string, labels: Labels | null): unknown {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
}

function policyOf(modes: Modes): Policy {
  return { enforce: modeOf(modes.enforce), audit: modeOf(modes.audit), warn: modeOf(modes.warn) }
}

function modeOf(text: string): LevelVersion {
  // Go's zero value, where a case leaves a mode out; it never matters there.
  if (text === ':v0.0') return { level: 'privileged', version: 'latest' }
  const parsed = parseLevelVersion(text)
  if (parsed === undefined) throw new Error(`no level and version: ${text}`)
  return parsed
}

function plain({ allowed, status, warnings, auditAnnotations }: AdmissionResponse): ExpectedResponse {
  return { allowed, ...status, warnings, auditAnnotations: { ...auditAnnotations } }
}

function cases<Case>(file: string): Case[] {
  if (!available) return []
  const lines = readFileSync(join(folder, file), 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Case)
}
