import type { FieldError, Pod } from '../../kubernetes/index.ts'
import { isOnlyGarbageCollection } from './garbage-collection.ts'
import type { PolicyProvider } from './provider.ts'
import { ANNOTATIONS } from './types.ts'

/** What the admission plugin is asked. */
export interface PolicyAdmissionRequest {
  /** Only `CREATE` and `UPDATE` are judged; the plugin does not look at other operations. */
  readonly operation: string
  readonly pod: Pod
  /** For `UPDATE`: the pod before. */
  readonly oldPod?: Pod | undefined
  readonly providers: readonly PolicyProvider[]
  /** Whether the requesting user, or the pod's service account, may `use` the policy. */
  readonly isAuthorized: (policy: string) => boolean
}

/** What it decides. */
export interface PolicyAdmission {
  readonly allowed: boolean
  /** The name of the policy by which the pod is allowed; undefined where none was needed, or none allows it. */
  readonly policy: string | undefined
  /** As mutated by that policy, with the annotation that names it; as given where the pod is denied. */
  readonly pod: Pod
  /** What the policies that may be used have against the pod, policy by policy in the order of trial. */
  readonly errors: readonly FieldError[]
  /** The API server's sentence on a denial, after `pods "name" is forbidden: `; undefined where allowed. */
  readonly denial: string | undefined
  readonly auditAnnotations: Readonly<Record<string, string>>
}

/** The policy that was chosen with the pod it makes, or what speaks against the pod. */
type Trial =
  | { readonly policy: string; readonly pod: Pod }
  | { readonly policy?: never; readonly errors: readonly FieldError[] }

/** What the API server answers where no policy can be tried at all. */
export const NO_PROVIDERS = 'no providers available to validate pod request'

const AUDIT_PREFIX = 'podsecuritypolicy.policy.k8s.io'

/**
 * The PodSecurityPolicy admission plugin of Kubernetes 1.20: the mutating phase on creation, then the validating one.
 * Updates are only validated, and not even that where they touch nothing but owners and finalizers.
 */
export function admitPod(request: PolicyAdmissionRequest): PolicyAdmission {
  const { operation, pod, oldPod } = request
  const isUpdate = operation === 'UPDATE'
  if ((operation !== 'CREATE' && !isUpdate) || (isUpdate && isOnlyGarbageCollection(pod, oldPod)))
    return allow(undefined, pod, {})
  if (isUpdate) return validate(request, pod, {})

  if (request.providers.length === 0) return deny(pod, [], NO_PROVIDERS)
  const trial = tryPolicies(request, pod, inOrder(request.providers), true)
  if (trial.policy === undefined) return deny(pod, trial.errors, `unable to admit pod: ${list(trial.errors)}`)
  const annotations = { ...trial.pod.metadata?.annotations, [ANNOTATIONS.validatedPolicy]: trial.policy }
  const admitted = { ...trial.pod, metadata: { ...trial.pod.metadata, annotations } }
  return validate(request, admitted, { [`${AUDIT_PREFIX}/admit-policy`]: trial.policy })
}

/** The validating phase: a policy that would have to change the pod does not count. */
function validate(
  request: PolicyAdmissionRequest,
  pod: Pod,
  auditAnnotations: Readonly<Record<string, string>>,
): PolicyAdmission {
  if (request.providers.length === 0) return deny(pod, [], NO_PROVIDERS)
  const hint = pod.metadata?.annotations?.[ANNOTATIONS.validatedPolicy]
  const trial = tryPolicies(request, pod, inOrder(request.providers, hint), false)
  if (trial.policy === undefined)
    return deny(request.pod, trial.errors, `unable to validate pod: ${list(trial.errors)}`)
  const key = `${AUDIT_PREFIX}/validate-policy`
  return allow(trial.policy, pod, { ...auditAnnotations, [key]: trial.policy })
}

/**
 * "1. PodSecurityPolicies which allow the pod as-is, without changing defaults or mutating the pod, are preferred. The
 * order of these non-mutating PodSecurityPolicies doesn't matter. 2. If the pod must be defaulted or mutated, the first
 * PodSecurityPolicy (ordered by name) to allow the pod is selected" ("Pod Security Policies", Policy Order).
 */
function tryPolicies(
  { isAuthorized }: PolicyAdmissionRequest,
  pod: Pod,
  providers: readonly PolicyProvider[],
  mayMutate: boolean,
): Trial {
  let mutating: Trial | undefined
  const errors: FieldError[] = []
  for (const provider of providers) {
    const mutated = provider.mutate(pod)
    const found = provider.validate(mutated)
    if (found.length > 0) {
      // What a policy says that the user may not use would only tell them about others' policies.
      if (isAuthorized(provider.name)) errors.push(...found)
      continue
    }
    if ((mutated !== pod && !mayMutate) || !isAuthorized(provider.name)) continue
    if (mutated === pod) return { policy: provider.name, pod }
    mutating ??= { policy: provider.name, pod: mutated }
  }
  return mutating ?? { errors }
}

/** By name; the policy that the pod was admitted by before, if any, comes first. */
export function inOrder(providers: readonly PolicyProvider[], hint?: string): PolicyProvider[] {
  return [...providers].sort((a, b) => {
    if (a.name === hint || b.name === hint) return Number(b.name === hint) - Number(a.name === hint)
    return a.name < b.name ? -1 : Number(a.name > b.name)
  })
}

function allow(
  policy: string | undefined,
  pod: Pod,
  auditAnnotations: Readonly<Record<string, string>>,
): PolicyAdmission {
  return { allowed: true, policy, pod, errors: [], denial: undefined, auditAnnotations }
}

function deny(pod: Pod, errors: readonly FieldError[], reason: string): PolicyAdmission {
  const denial = `PodSecurityPolicy: ${reason}`
  return { allowed: false, policy: undefined, pod, errors, denial, auditAnnotations: {} }
}

function list(errors: readonly FieldError[]): string {
  return `[${errors.map(({ message }) => message).join(' ')}]`
}
