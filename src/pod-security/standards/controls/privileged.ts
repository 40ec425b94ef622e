import type { Control } from '../control.ts'
import { eachContainer } from '../offences.ts'
import { containerNames } from '../setters.ts'
import { containersNamed } from '../wording.ts'

/** "Privileged Pods disable most security mechanisms and must be disallowed." (Pod Security Standards, Baseline) */
export const privileged: Control = {
  id: 'privileged',
  level: 'baseline',
  revisions: [
    eachContainer({
      since: 0,
      kind: 'forbidden',
      field: ['securityContext', 'privileged'],
      offends: ({ securityContext }) => securityContext?.privileged === true,
      value: () => 'true',
    }),
  ],
  describe: (offences) => ({
    reason: 'privileged',
    detail: `${containersNamed(containerNames(offences))} must not set securityContext.privileged=true`,
  }),
}
