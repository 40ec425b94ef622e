import {
  isWorkload,
  type KubernetesObject,
  type Position,
  podTemplateOf,
  type SourceDocument,
  stringOf,
} from '../../kubernetes/index.ts'
import {
  type EffectiveOptions,
  type EffectivePod,
  effectiveSecurityContext,
} from '../../pod-security/index.ts'

/** A pod's effective settings, and the object and file that they were read from. */
export interface ExplainedPod {
  readonly resource: {
    readonly apiVersion: string
    readonly kind: string
    readonly namespace?: string
    readonly name: string
  }
  readonly file: string
  /** 1-based line of the object. */
  readonly line: number
  readonly locate: SourceDocument['locate']
  readonly pod: EffectivePod
}

/** `missing`: a workload without a pod template or pod spec. */
export type Explanation =
  | { readonly explained: ExplainedPod }
  | { readonly missing: ExplainedPod['resource']; readonly position: Position }

/**
 * Explains one object.
 *
 * @returns undefined for an object that makes no pods
 */
export function explainDocument(
  document: SourceDocument,
  options: EffectiveOptions,
): Explanation | undefined {
  const { object, file } = document
  if (!isWorkload(object)) return undefined
  const position = document.locate([])
  const resource = resourceOf(object)
  const template = podTemplateOf(object)
  if (template === undefined) return { missing: resource, position }
  return {
    explained: {
      resource,
      file,
      line: position.line,
      locate: (path) => document.locate(path),
      pod: effectiveSecurityContext(template, options),
    },
  }
}

function resourceOf({ apiVersion, kind, metadata }: KubernetesObject): ExplainedPod['resource'] {
  const name: unknown = metadata?.name ?? metadata?.generateName
  const namespace: unknown = metadata?.namespace
  return {
    apiVersion,
    kind,
    ...(typeof namespace === 'string' ? { namespace } : {}),
    name: stringOf(name),
  }
}
