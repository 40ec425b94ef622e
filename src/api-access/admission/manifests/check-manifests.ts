import {
  type FieldPath,
  formatFieldPath,
  type KubernetesObject,
  listOf,
  type SourceDocument,
} from '../../../kubernetes/index.ts'
import type { Message } from '../../../messages/index.ts'
import type { PluginName } from '../chain/plugins.ts'
import { type BindingSpec, nameOf, specOf } from '../policy/definitions.ts'
import { compileMutatingPolicies } from '../policy/mutating/mutating-policy.ts'
import type { Expression } from '../policy/round.ts'
import { compileValidatingPolicies } from '../policy/validating/validating-policy.ts'
import type { ParamKind } from '../stage.ts'
import { MANIFEST_FIELDS, type ManifestKind, unknownFields } from './manifest-fields.ts'
import { manifestMessages } from './messages.ts'
import { isStatic, STATIC_SUFFIX } from './static-names.ts'

const { make } = manifestMessages
const API_VERSION = 'admissionregistration.k8s.io/v1'

/** The plugins that take manifests from files, and the kinds that each takes. */
export const MANIFEST_KINDS = {
  ValidatingAdmissionPolicy: ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
  MutatingAdmissionPolicy: ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'],
  ValidatingAdmissionWebhook: ['ValidatingWebhookConfiguration'],
  MutatingAdmissionWebhook: ['MutatingWebhookConfiguration'],
} as const satisfies Partial<Record<PluginName, readonly ManifestKind[]>>

export type ManifestPlugin = keyof typeof MANIFEST_KINDS

/** What is wrong with a manifest, and where: a file's line. */
export interface ManifestProblem {
  readonly file: string
  readonly line: number
  readonly message: Message
}

/**
 * Whether the objects of a plugin's files can be used: all of them or none ("The policy and its binding are loaded
 * together atomically"). Source: Kubernetes documentation, "Manifest-Based Admission Control". One thing is taken that
 * an API server refuses: parameters, since a gate reads the cluster's objects.
 */
export function checkManifests(
  plugin: ManifestPlugin,
  documents: readonly SourceDocument[],
): readonly ManifestProblem[] {
  const problems: ManifestProblem[] = []
  const names = new Set<string>()
  const policies = new Set(
    documents.flatMap(({ object }) => (object.kind === plugin ? [nameOf(object)] : [])),
  )
  for (const document of documents) {
    const { file, object } = document
    const report = (path: FieldPath, message: Message) =>
      problems.push({ file, line: document.locate(path).line, message })
    const kind = kindOf(plugin, object)
    if (kind === undefined) {
      const given = `${object.kind} (${object.apiVersion})`
      report(['kind'], make.kind({ plugin, given, kinds: MANIFEST_KINDS[plugin] }))
      continue
    }
    const name = nameOf(object)
    if (!isStatic(name)) report(['metadata', 'name'], make.suffix({ name, suffix: STATIC_SUFFIX }))
    if (names.has(`${kind}/${name}`)) report(['metadata', 'name'], make.twice({ kind, name }))
    names.add(`${kind}/${name}`)
    for (const path of unknownFields(object, MANIFEST_FIELDS[kind]))
      report(path, make.field({ field: formatFieldPath(path) }))
    for (const { path, message } of objectionsOf(kind, object, policies)) report(path, message)
  }
  return problems
}

interface Objection {
  readonly path: FieldPath
  readonly message: Message
}

function kindOf(plugin: ManifestPlugin, { apiVersion, kind }: KubernetesObject): ManifestKind | undefined {
  return apiVersion === API_VERSION ? MANIFEST_KINDS[plugin].find((each) => each === kind) : undefined
}

function objectionsOf(
  kind: ManifestKind,
  object: KubernetesObject,
  policies: ReadonlySet<string>,
): readonly Objection[] {
  switch (kind) {
    case 'ValidatingAdmissionPolicyBinding':
    case 'MutatingAdmissionPolicyBinding': {
      const { policyName } = specOf<BindingSpec>(object)
      if (policies.has(policyName)) return []
      return [{ path: ['spec', 'policyName'], message: make.policy({ name: String(policyName) }) }]
    }
    case 'ValidatingAdmissionPolicy':
      return problemsOf(
        object,
        compileValidatingPolicies([object], []).flatMap(({ policy }) => [
          ...policy.conditions.map(({ expression }) => expression),
          ...policy.validations.flatMap(({ expression, messageExpression }) => [
            expression,
            messageExpression,
          ]),
          ...policy.auditAnnotations.map(({ expression }) => expression),
        ]),
      )
    case 'MutatingAdmissionPolicy':
      return problemsOf(
        object,
        compileMutatingPolicies([object], []).flatMap(({ policy }) => [
          ...policy.conditions.map(({ expression }) => expression),
          ...policy.mutations.map(({ expression }) => expression),
        ]),
      )
    default:
      return webhookObjections(object)
  }
}

function problemsOf(object: KubernetesObject, expressions: readonly (Expression | undefined)[]): Objection[] {
  const { paramKind } = specOf<{ paramKind?: Partial<ParamKind> }>(object)
  const objections: Objection[] = []
  if (paramKind !== undefined && (!paramKind.apiVersion || !paramKind.kind))
    objections.push({ path: ['spec', 'paramKind'], message: make.params({}) })
  for (const expression of expressions)
    if (expression !== undefined && 'problem' in expression) {
      const { source, problem } = expression
      objections.push({ path: ['spec'], message: make.expression({ source, problem: problem.message }) })
    }
  return objections
}

function webhookObjections(object: KubernetesObject): Objection[] {
  const list = Array.isArray(object['webhooks']) ? object['webhooks'] : []
  return list.flatMap((webhook: unknown, index): Objection[] => {
    const { clientConfig, sideEffects, admissionReviewVersions } = (webhook ?? {}) as Record<string, unknown>
    const { url, service } = (clientConfig ?? {}) as Record<string, unknown>
    const objections: Objection[] = []
    const at = (field: string, message: Message) =>
      objections.push({ path: ['webhooks', index, field], message })
    if (service !== undefined || typeof url !== 'string' || !url.startsWith('https://'))
      at('clientConfig', make.url({}))
    if (sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun') at('sideEffects', make['side-effects']({}))
    const versions = listOf(admissionReviewVersions)
    if (!versions.includes('v1') && !versions.includes('v1beta1'))
      at('admissionReviewVersions', make.versions({}))
    return objections
  })
}
