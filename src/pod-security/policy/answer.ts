import {
  createDecoder,
  type FieldError,
  formatFieldPath,
  type MistypedField,
  type Pod,
  schemaMessages,
} from '../../kubernetes/index.ts'
import { defineMessages, type Message } from '../../messages/index.ts'
import { admitPod, NO_PROVIDERS, type PolicyAdmission } from './admission.ts'
import { decodePolicy } from './decode-policy.ts'
import { createProvider, type PolicyProvider } from './provider.ts'
import type { PodSecurityPolicy } from './types.ts'

/** A line of `haetae eval pod-security-policy`, validated against its schema. */
export interface PolicyRequest {
  /** All policies of the cluster, of policy/v1beta1 or extensions/v1beta1, in any order. */
  readonly policies: readonly PodSecurityPolicy[]
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  readonly pod: Pod
  /** For `UPDATE`: the pod before. */
  readonly oldPod?: Pod | null
  /** Names of the policies that the user or the pod's service account may use; absent: all. */
  readonly authorized?: readonly string[] | null
  /** False: judge the pod exactly as it stands, with nothing defaulted. Absent: as the API server does. */
  readonly mutate?: boolean | null
}

/** The line that answers it. */
export interface PolicyAnswer {
  readonly allowed: boolean
  /** The policy by which the pod is allowed; null where none was needed, or none allows it. */
  readonly policy: string | null
  /**
   * The pod as mutated by that policy, with the `kubernetes.io/psp` annotation that names it. A denied pod is as it
   * was judged where there is but one policy, else as given. What was not to be set is as given, nulls included.
   */
  readonly pod: Pod
  /** Of all policies that may be used, policy by policy in the order of trial; `message` is the API server's own. */
  readonly errors: readonly { readonly field: string; readonly type: string; readonly message: string }[]
  readonly auditAnnotations: Readonly<Record<string, string>>
}

/** Why a request can't be answered. */
export interface PolicyRefusal {
  readonly error: { readonly code: 'not-a-pod' | 'not-a-policy' | 'field-type'; readonly message: Message }
}

export const policyRequestMessages = defineMessages('pod-security-policy-request', {
  notAPod: {
    en: ({ field, kind }: { field: string; kind: string }) => `${field}: is a ${kind}, not a Pod`,
    ko: ({ field, kind }: { field: string; kind: string }) => `${field}: 파드(Pod)가 아니라 ${kind}입니다`,
  },
  notAPolicy: {
    en: ({ field, kind }: { field: string; kind: string }) =>
      `${field}: is a ${kind}, not a PodSecurityPolicy`,
    ko: ({ field, kind }: { field: string; kind: string }) =>
      `${field}: PodSecurityPolicy가 아니라 ${kind}입니다`,
  },
})

const decodePod = createDecoder<Pod>('Pod')

/**
 * Judges one pod by PodSecurityPolicies, as the admission plugin of Kubernetes 1.20 does; with `mutate: false` as one
 * of its providers does that is only asked to validate.
 *
 * Policies whose rules cannot be used (unknown, or without their ranges) are left out, as the API server leaves them
 * out. Where none remains, the one error has no field and is of type `InternalError`.
 */
export function evalPodSecurityPolicy(request: PolicyRequest): PolicyAnswer | PolicyRefusal {
  const refusal = refuse(request)
  if (refusal !== undefined) return { error: refusal }

  const { pod } = request
  const providers = request.policies.flatMap((policy) => {
    const provider = createProvider(decodePolicy(policy).policy)
    return 'reasons' in provider ? [] : [provider]
  })
  const authorized = request.authorized ? new Set(request.authorized) : undefined
  const admission = (request.mutate === false ? validateAsItStands : admitPod)({
    operation: request.operation,
    pod,
    oldPod: request.oldPod ?? undefined,
    providers,
    isAuthorized: (policy) => authorized === undefined || authorized.has(policy),
  })
  const [only, ...others] = providers
  const isJudgedMutated = !admission.allowed && request.operation === 'CREATE' && request.mutate !== false
  return {
    allowed: admission.allowed,
    policy: admission.policy ?? null,
    pod: isJudgedMutated && only && others.length === 0 ? only.mutate(pod) : admission.pod,
    errors: errorsOf(admission, providers),
    auditAnnotations: admission.auditAnnotations,
  }
}

function validateAsItStands(request: Parameters<typeof admitPod>[0]): PolicyAdmission {
  const providers = request.providers.map((provider) => ({ ...provider, mutate: (pod: Pod) => pod }))
  // With nothing to mutate, creating is judged as updating is; only the exemption of updates must not apply.
  if (request.operation === 'CREATE')
    return admitPod({ ...request, providers, operation: 'UPDATE', oldPod: undefined })
  return admitPod({ ...request, providers })
}

function errorsOf({ allowed, errors }: PolicyAdmission, providers: readonly PolicyProvider[]) {
  if (!allowed && providers.length === 0) return [{ field: '', type: 'InternalError', message: NO_PROVIDERS }]
  return errors.map(({ field, type, message }: FieldError) => ({ field, type, message }))
}

function refuse({ policies, pod, oldPod }: PolicyRequest): PolicyRefusal['error'] | undefined {
  for (const [index, policy] of policies.entries()) {
    const field = `policies[${index}]`
    const { kind } = policy
    if (kind && kind !== 'PodSecurityPolicy')
      return { code: 'not-a-policy', message: policyRequestMessages.make.notAPolicy({ field, kind }) }
    const [mistyped] = decodePolicy(policy).mistyped
    if (mistyped) return mistypedField(field, mistyped)
  }
  for (const [field, value] of Object.entries({ pod, oldPod })) {
    if (!value) continue
    const { kind } = value
    if (kind && kind !== 'Pod')
      return { code: 'not-a-pod', message: policyRequestMessages.make.notAPod({ field, kind }) }
    const [mistyped] = decodePod(value).mistyped
    if (mistyped) return mistypedField(field, mistyped)
  }
  return undefined
}

function mistypedField(field: string, { path, expected, given }: MistypedField): PolicyRefusal['error'] {
  const full = path.length === 0 ? field : `${field}.${formatFieldPath(path)}`
  return { code: 'field-type', message: schemaMessages.make['field-type']({ path: full, expected, given }) }
}
