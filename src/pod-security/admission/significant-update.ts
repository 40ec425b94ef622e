import type { Container, EphemeralContainer, Pod } from '../../kubernetes/index.ts'

/**
 * Whether a pod's update calls for a new evaluation. What else of a pod may be changed (tolerations, labels,
 * activeDeadlineSeconds, resources) has no bearing on the standards: "if a pod update request only changes these
 * fields, it will not be denied even if the pod is in violation of the current policy level" (Kubernetes
 * documentation, "Pod Security Admission", Exemptions); while "updates to container images WILL require a policy
 * reevaluation" and "adding or updating ephemeral containers will require a full policy check" (KEP-2579, Updates).
 */
export function isSignificantUpdate(pod: Pod, oldPod: Pod): boolean {
  return (
    differ(pod.spec?.containers, oldPod.spec?.containers) ||
    differ(pod.spec?.initContainers, oldPod.spec?.initContainers) ||
    ephemeralDiffer(pod.spec?.ephemeralContainers, oldPod.spec?.ephemeralContainers)
  )
}

/** Containers cannot be reordered, so they are compared by position. */
function differ(containers: readonly Container[] = [], old: readonly Container[] = []): boolean {
  if (containers.length !== old.length) return true
  return containers.some((container, index) => imageOf(container) !== imageOf(old[index]))
}

/** Ephemeral containers can only be added, so one that is missing is not looked for. */
function ephemeralDiffer(
  containers: readonly EphemeralContainer[] = [],
  old: readonly EphemeralContainer[] = [],
): boolean {
  return containers.some((container) => {
    const before = old.find(({ name }) => name === container.name)
    return before === undefined || imageOf(container) !== imageOf(before)
  })
}

function imageOf(container: { readonly image?: string } | undefined): string {
  return container?.image ?? ''
}
