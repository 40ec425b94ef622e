import type { Control, Offence, Revision } from '../control.ts'
import { eachContainer, podOffence, relaxed } from '../offences.ts'
import { hasUserNamespace } from '../pod.ts'
import { containerNames, settersOf } from '../setters.ts'
import { containersNamed } from '../wording.ts'

const explicitlyRoot = eachContainer({
  since: 0,
  kind: 'forbidden',
  field: ['securityContext', 'runAsNonRoot'],
  offends: ({ securityContext }) => securityContext?.runAsNonRoot === false,
  value: () => 'false',
})

const silent = eachContainer({
  since: 0,
  kind: 'missing',
  field: ['securityContext', 'runAsNonRoot'],
  offends: ({ securityContext }) => securityContext?.runAsNonRoot == null,
})

const anyPod: Revision = {
  since: 0,
  forbids(pod) {
    const inherited = pod.spec.securityContext?.runAsNonRoot
    return inherited === false || explicitlyRoot.forbids(pod) || (inherited !== true && silent.forbids(pod))
  },
  offences(pod) {
    const inherited = pod.spec.securityContext?.runAsNonRoot
    const explicit: Offence[] =
      inherited === false ? [podOffence(['spec', 'securityContext', 'runAsNonRoot'], 'false')] : []
    explicit.push(...explicitlyRoot.offences(pod))
    // Kubernetes names those that set nothing only where none sets it to false.
    return explicit.length > 0 || inherited === true ? explicit : silent.offences(pod)
  },
}

/**
 * "Containers must be required to run as non-root users." (Pod Security Standards, Restricted). "The container
 * fields may be undefined/nil if the pod-level spec.securityContext.runAsNonRoot is set to true." From v1.35 on
 * not asked of a pod in a user namespace, whose root is an ordinary user of the node (KEP-127).
 */
export const runAsNonRoot: Control = {
  id: 'runAsNonRoot',
  level: 'restricted',
  revisions: [anyPod, relaxed(anyPod, 35, hasUserNamespace)],
  describe: (offences) => ({
    reason: 'runAsNonRoot != true',
    detail: offences.some(({ kind }) => kind === 'forbidden')
      ? `${settersOf(offences)} must not set securityContext.runAsNonRoot=false`
      : `pod or ${containersNamed(containerNames(offences))} must set securityContext.runAsNonRoot=true`,
  }),
}
