import type { Control } from '../control.ts'
import { eachContainer, relaxed } from '../offences.ts'
import { isWindows } from '../pod.ts'
import { containerNames } from '../setters.ts'
import { containersNamed } from '../wording.ts'

const anyPod = eachContainer({
  since: 8,
  kind: 'missing',
  field: ['securityContext', 'allowPrivilegeEscalation'],
  offends: ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
})

/**
 * "Privilege escalation (such as via set-user-ID or set-group-ID file mode) should not be allowed."
 * (Pod Security Standards, Restricted, v1.8+). Linux only from v1.25 on: "This is Linux only policy in v1.25+
 * (spec.os.name != windows)".
 */
export const allowPrivilegeEscalation: Control = {
  id: 'allowPrivilegeEscalation',
  level: 'restricted',
  revisions: [anyPod, relaxed(anyPod, 25, isWindows)],
  describe: (offences) => ({
    reason: 'allowPrivilegeEscalation != false',
    detail: `${containersNamed(containerNames(offences))} must set securityContext.allowPrivilegeEscalation=false`,
  }),
}
