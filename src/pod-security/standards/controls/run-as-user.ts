import type { Control, Revision } from '../control.ts'
import { eachContainer, podOffence, relaxed } from '../offences.ts'
import { hasUserNamespace } from '../pod.ts'
import { settersOf } from '../setters.ts'

const inContainers = eachContainer({
  since: 23,
  kind: 'forbidden',
  field: ['securityContext', 'runAsUser'],
  offends: ({ securityContext }) => securityContext?.runAsUser === 0,
  value: () => '0',
})

const anyPod: Revision = {
  since: 23,
  forbids: (pod) => pod.spec.securityContext?.runAsUser === 0 || inContainers.forbids(pod),
  offences: (pod) => [
    ...(pod.spec.securityContext?.runAsUser === 0
      ? [podOffence(['spec', 'securityContext', 'runAsUser'], '0')]
      : []),
    ...inContainers.offences(pod),
  ],
}

/**
 * "Containers must not set runAsUser to 0" (Pod Security Standards, Restricted, v1.23+). From v1.35 on not asked
 * of a pod in a user namespace (KEP-127).
 */
export const runAsUser: Control = {
  id: 'runAsUser',
  level: 'restricted',
  revisions: [anyPod, relaxed(anyPod, 35, hasUserNamespace)],
  describe: (offences) => ({
    reason: 'runAsUser=0',
    detail: `${settersOf(offences)} must not set runAsUser=0`,
  }),
}
