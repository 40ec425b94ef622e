import {
  createFolderRenderer,
  decodeObject,
  fieldTypeProblem,
  groupOf,
  type InputProblem,
  isWorkload,
  type KubernetesObject,
  type PodTemplateView,
  podTemplateOf,
  readPaths,
  type SourceDocument,
} from '../../kubernetes/index.ts'
import type { PodSecurityPolicy, PolicyProvider } from '../../pod-security/index.ts'
import {
  createProvider,
  decodePolicy,
  isRbacObject,
  validatePodSecurityPolicy,
} from '../../pod-security/index.ts'
import { pspMessages } from './messages.ts'

/** A policy of the input. */
interface PolicyInput {
  readonly document: SourceDocument
  readonly policy: PodSecurityPolicy
  readonly provider: PolicyProvider
}

/** A pod of the input, or a workload that makes pods. */
export interface PodInput {
  readonly document: SourceDocument
  readonly template: PodTemplateView
}

/**
 * What the paths hold for `haetae psp`. A note is worth telling but leaves nothing unevaluated; a problem means that
 * something could not be evaluated.
 */
export interface PspInput {
  readonly policies: readonly PolicyInput[]
  readonly pods: readonly PodInput[]
  /** Roles and bindings, which may grant the use of policies. */
  readonly rbac: readonly KubernetesObject[]
  readonly problems: readonly InputProblem[]
  readonly notes: readonly InputProblem[]
}

type Collected = { readonly [Key in keyof PspInput]: PspInput[Key][number][] }

const { make } = pspMessages

/** @param paths - files, folders, charts, or `-` for standard input */
export async function readPspInput(paths: readonly string[]): Promise<PspInput> {
  const found: Collected = { policies: [], pods: [], rbac: [], problems: [], notes: [] }
  const renderFolder = createFolderRenderer({ environment: process.env })
  for await (const { documents, problems } of readPaths(paths, { stdin: process.stdin, renderFolder })) {
    found.problems.push(...problems)
    for (const document of documents) {
      if (isPolicy(document)) collectPolicy(document, found)
      else if (isWorkload(document.object)) collectPod(document, found)
      else if (isRbacObject(document.object)) found.rbac.push(decodeObject(document.object).object)
    }
  }
  return found
}

function isPolicy({ object }: SourceDocument): boolean {
  const group = groupOf(object.apiVersion)
  return object.kind === 'PodSecurityPolicy' && (group === 'policy' || group === 'extensions')
}

function collectPolicy(document: SourceDocument, found: Collected): void {
  const { policy, mistyped, unknown } = decodePolicy(document.object)
  const name = policy.metadata?.name ?? ''
  if (mistyped.length > 0) {
    found.problems.push(...mistyped.map((field) => fieldTypeProblem(field, document)))
    return
  }
  for (const { path } of unknown) {
    const message = make.unknownField({ policy: name, field: path.join('.') })
    found.notes.push({ code: 'ERR_UNKNOWN_FIELD', file: document.file, ...document.locate(path), message })
  }
  const provider = createProvider(policy)
  if ('reasons' in provider) {
    const message = make.unusablePolicy({ policy: name, reason: provider.reasons.join('; ') })
    const place = document.locate(['spec'])
    found.problems.push({ code: 'ERR_UNUSABLE_POLICY', file: document.file, ...place, message })
    return
  }
  for (const { path, message: reason } of validatePodSecurityPolicy(policy)) {
    const message = make.invalidPolicy({ policy: name, reason })
    found.notes.push({ code: 'ERR_INVALID_POLICY', file: document.file, ...document.locate(path), message })
  }
  found.policies.push({ document, policy, provider })
}

function collectPod(document: SourceDocument, found: Collected): void {
  const { object, mistyped } = decodeObject(document.object)
  if (mistyped.length > 0) {
    found.problems.push(...mistyped.map((field) => fieldTypeProblem(field, document)))
    return
  }
  const template = podTemplateOf(object)
  if (template !== undefined) {
    found.pods.push({ document, template })
    return
  }
  const message = make.noTemplate({ kind: object.kind, name: object.metadata?.name ?? '' })
  const place = document.locate(['spec'])
  found.problems.push({ code: 'ERR_NO_POD_TEMPLATE', file: document.file, ...place, message })
}
