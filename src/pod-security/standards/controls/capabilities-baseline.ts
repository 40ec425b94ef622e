import type { Control } from '../control.ts'
import { addedCapabilities, offencesInContainers } from '../offences.ts'
import { type AnyContainer, someContainer } from '../pod.ts'
import { containerNames, valuesOf } from '../setters.ts'
import { containersNamed, joinQuoted, sortedSet } from '../wording.ts'

/** The runtimes' usual default set but for NET_RAW. */
export const BASELINE_CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
])

/** "Adding additional capabilities beyond those listed below must be disallowed." (Pod Security Standards, Baseline) */
export const capabilitiesBaseline: Control = {
  id: 'capabilities_baseline',
  level: 'baseline',
  revisions: [
    {
      since: 0,
      forbids: ({ spec }) => someContainer(spec, addsForbidden),
      offences: ({ spec }) =>
        offencesInContainers(spec, (container, list, index) =>
          addedCapabilities(container, list, index, isForbidden),
        ),
    },
  ],
  describe: (offences) => ({
    reason: 'non-default capabilities',
    detail: `${containersNamed(containerNames(offences))} must not include ${joinQuoted(sortedSet(valuesOf(offences)))} in securityContext.capabilities.add`,
  }),
}

function isForbidden(capability: string): boolean {
  return !BASELINE_CAPABILITIES.has(capability)
}

function addsForbidden({ securityContext }: AnyContainer): boolean {
  return securityContext?.capabilities?.add?.some(isForbidden) ?? false
}
