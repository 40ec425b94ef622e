import type { PodSpec } from '../../../kubernetes/index.ts'
import type { Control } from '../control.ts'
import { eachContainer, podOffence } from '../offences.ts'
import type { AnyContainer } from '../pod.ts'
import { settersOf } from '../setters.ts'

const inContainers = eachContainer({
  since: 0,
  kind: 'forbidden',
  field: ['securityContext', 'windowsOptions', 'hostProcess'],
  offends: ({ securityContext }: AnyContainer) => securityContext?.windowsOptions?.hostProcess === true,
  value: () => 'true',
})

/**
 * "Windows Pods offer the ability to run HostProcess containers which enables privileged access to the Windows
 * host machine. Privileged access to the host is disallowed in the Baseline policy." (Pod Security Standards)
 */
export const windowsHostProcess: Control = {
  id: 'windowsHostProcess',
  level: 'baseline',
  revisions: [
    {
      since: 0,
      forbids: (pod) => isHostProcess(pod.spec) || inContainers.forbids(pod),
      offences: (pod) => [
        ...(isHostProcess(pod.spec)
          ? [podOffence(['spec', 'securityContext', 'windowsOptions', 'hostProcess'], 'true')]
          : []),
        ...inContainers.offences(pod),
      ],
    },
  ],
  describe: (offences) => ({
    reason: 'hostProcess',
    detail: `${settersOf(offences)} must not set securityContext.windowsOptions.hostProcess=true`,
  }),
}

function isHostProcess({ securityContext }: PodSpec): boolean {
  return securityContext?.windowsOptions?.hostProcess === true
}
