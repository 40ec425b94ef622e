import type { Message } from '../../messages/index.ts'
import { admit } from './admit.ts'
import { type LoadedConfiguration, loadConfiguration, loadConfigurationObject } from './configuration/load.ts'
import { type AdmissionContext, DEFAULT_MAX_PODS_TO_CHECK } from './context.ts'
import { decodePods, decodeRequestObject } from './decode.ts'
import { evaluateByStandards } from './evaluator.ts'
import type { Labels } from './policy.ts'
import type { AdmissionRequest, GroupVersionKind, GroupVersionResource } from './request.ts'
import type { AuditAnnotations } from './response.ts'

/** A line of `haetae eval pod-security-admission`, validated against its schema. Null stands for an absent key. */
export interface PodSecurityAdmissionRequest {
  /**
   * The cluster's PodSecurityConfiguration: an object, whose `apiVersion` and `kind` may be left out, or a file's
   * text. Without it Kubernetes' defaults hold.
   */
  readonly config?: unknown
  /** The namespace as it is stored. Absent, or with `labels: null`: there is no such namespace. */
  readonly namespace?: { readonly name?: string | null; readonly labels?: Labels | null } | null
  readonly request: {
    readonly operation: AdmissionRequest['operation']
    readonly kind: GroupVersionKind
    readonly resource: GroupVersionResource
    readonly subresource?: string | null
    readonly name?: string | null
    /** Needed only where neither `namespace` nor the object tells. */
    readonly namespace?: string | null
    readonly user?: string | null
    readonly object?: unknown
    readonly oldObject?: unknown
    /** What a decoder had against `object`, when it is not given because it could not be decoded. */
    readonly objectDecodeError?: string | null
    readonly oldObjectDecodeError?: string | null
  }
  /** For requests about namespaces: the pods there. */
  readonly existingPods?: readonly unknown[] | null
  readonly maxPodsToCheck?: number | null
}

/** The line that answers it. */
export interface PodSecurityAdmissionAnswer {
  readonly allowed: boolean
  /** HTTP status; with `message` present exactly when the request is denied. */
  readonly code?: number
  readonly message?: string
  readonly warnings: readonly string[]
  /**
   * Keys without the prefix `pod-security.kubernetes.io/`: `enforce-policy`, `audit-violations`, `exempt`, `error`.
   * So they stand in an AdmissionReview response; the API server puts the prefix before them in its audit log.
   */
  readonly auditAnnotations: AuditAnnotations
}

/** Why a request can't be answered. */
export interface PodSecurityAdmissionRefusal {
  readonly error: {
    readonly code: 'invalid-configuration' | 'invalid-existing-pod'
    readonly message: Message
  }
}

/**
 * Decides one request as the API server's Pod Security Admission would.
 *
 * @returns the decision; or why there is none: the configuration is one that the API server would not start with, or
 *   one of the existing pods is no pod
 */
export function evalPodSecurityAdmission(
  line: PodSecurityAdmissionRequest,
): PodSecurityAdmissionAnswer | PodSecurityAdmissionRefusal {
  const loaded = configurationOf(line.config)
  if ('problem' in loaded)
    return { error: { code: 'invalid-configuration', message: loaded.problem.message } }
  const request = requestOf(line)
  const pods = decodePods(line.existingPods ?? [], request.namespace)
  if ('problem' in pods) return { error: { code: 'invalid-existing-pod', message: pods.problem } }

  const stored = line.namespace
  const labels =
    stored === undefined || stored === null || stored.labels === null ? undefined : (stored.labels ?? {})
  const context: AdmissionContext = {
    settings: loaded.settings,
    evaluate: evaluateByStandards,
    namespaceLabels: () => labels,
    podsIn: () => pods.pods,
    maxPodsToCheck: line.maxPodsToCheck ?? DEFAULT_MAX_PODS_TO_CHECK,
    isTimeUp: () => false,
  }
  const { allowed, status, warnings, auditAnnotations } = admit(request, context)
  if (status === undefined) return { allowed, warnings, auditAnnotations }
  return { allowed, code: status.code, message: status.message, warnings, auditAnnotations }
}

function requestOf({ namespace, request }: PodSecurityAdmissionRequest): AdmissionRequest {
  const { operation, kind, resource } = request
  const object = decodeRequestObject(request.object, kind, request.objectDecodeError)
  const oldObject = decodeRequestObject(request.oldObject, kind, request.oldObjectDecodeError)
  const inObject = 'object' in object ? object.object.metadata?.namespace : undefined
  return {
    operation,
    kind,
    resource,
    subresource: request.subresource ?? '',
    name: request.name ?? '',
    namespace:
      namespace?.name ?? request.namespace ?? (kind.kind === 'Namespace' ? request.name : inObject) ?? '',
    user: request.user ?? '',
    object,
    oldObject,
  }
}

function configurationOf(config: unknown): LoadedConfiguration {
  if (config === undefined || config === null) return loadConfiguration('')
  if (typeof config === 'string') return loadConfiguration(config)
  if (typeof config !== 'object' || Array.isArray(config)) return loadConfigurationObject(config)
  const typed = {
    apiVersion: 'pod-security.admission.config.k8s.io/v1',
    kind: 'PodSecurityConfiguration',
    ...config,
  }
  return loadConfigurationObject(withoutUnsetModes(typed))
}

/** Kubernetes prints a policy that sets nothing as `:v0.0`; as a configuration's mode that is one left out. */
function withoutUnsetModes(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { defaults } = config
  if (typeof defaults !== 'object' || defaults === null) return config
  const modes: Record<string, unknown> = { ...defaults }
  for (const mode of ['enforce', 'audit', 'warn'])
    if (modes[mode] === '' && modes[`${mode}-version`] === 'v0.0') delete modes[`${mode}-version`]
  return { ...config, defaults: modes }
}
