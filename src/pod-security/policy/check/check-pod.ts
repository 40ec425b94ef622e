import type { FieldError, FieldPath, Pod, PodTemplateView } from '../../../kubernetes/index.ts'
import { inOrder } from '../admission.ts'
import type { PolicyProvider } from '../provider.ts'
import { changesBetween, type FieldChange } from './changes.ts'
import { placeInPod } from './field-place.ts'

/** What one policy makes of one pod. */
interface PolicyVerdict {
  readonly policy: string
  readonly allowed: boolean
  /** Fields that the policy sets; paths from the object's root. */
  readonly changes: readonly FieldChange[]
  readonly violations: readonly PolicyViolation[]
}

export interface PolicyViolation {
  readonly error: FieldError
  /** Where the field stands in the object, or would stand. */
  readonly path: FieldPath
}

/** What several policies make of one pod, or of the pods that a workload makes. */
export interface PodVerdict {
  readonly allowed: boolean
  /** The policy that the admission plugin would choose; undefined where none allows the pod. */
  readonly policy: string | undefined
  /** Every policy's verdict, by name. */
  readonly policies: readonly PolicyVerdict[]
}

/**
 * Tries every policy on a pod as the admission plugin would on its creation, and tells of each what it says.
 *
 * @param template - the pod, or the pod template of a workload
 * @param providers - the policies that may be used
 */
export function checkPod(template: PodTemplateView, providers: readonly PolicyProvider[]): PodVerdict {
  const pod: Pod = { metadata: template.metadata, spec: template.spec }
  const policies = inOrder(providers).map((provider) => tryPolicy(provider, pod, template.path))
  const allowing = policies.filter(({ allowed }) => allowed)
  const chosen = allowing.find(({ changes }) => changes.length === 0) ?? allowing[0]
  return { allowed: chosen !== undefined, policy: chosen?.policy, policies }
}

function tryPolicy(provider: PolicyProvider, pod: Pod, root: FieldPath): PolicyVerdict {
  const mutated = provider.mutate(pod)
  const errors = provider.validate(mutated)
  return {
    policy: provider.name,
    allowed: errors.length === 0,
    changes: changesBetween(pod, mutated).map(({ path, value }) => ({ path: [...root, ...path], value })),
    violations: errors.map((error) => ({ error, path: [...root, ...placeInPod(error.path)] })),
  }
}
