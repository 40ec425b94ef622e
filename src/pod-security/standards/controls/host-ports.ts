import type { FieldPath } from '../../../kubernetes/index.ts'
import type { Control, Offence } from '../control.ts'
import { containerOffence, offencesInContainers } from '../offences.ts'
import { type AnyContainer, type ContainerList, someContainer } from '../pod.ts'
import { containerNames, valuesOf } from '../setters.ts'
import { containersNamed, pluralize, sortedSet } from '../wording.ts'

/** "HostPorts should be disallowed entirely" ... allowed: "Undefined/nil", "0". (Pod Security Standards, Baseline) */
export const hostPorts: Control = {
  id: 'hostPorts',
  level: 'baseline',
  revisions: [
    {
      since: 0,
      forbids: ({ spec }) => someContainer(spec, hasHostPort),
      offences: ({ spec }) => offencesInContainers(spec, hostPortsOf),
    },
  ],
  describe(offences) {
    const names = containerNames(offences)
    const ports = sortedSet(valuesOf(offences))
    return {
      reason: 'hostPort',
      detail: [
        containersNamed(names),
        pluralize('uses', 'use', names.length),
        pluralize('hostPort', 'hostPorts', ports.length),
        ports.join(', '),
      ].join(' '),
    }
  },
}

function hasHostPort({ ports }: AnyContainer): boolean {
  return ports?.some(({ hostPort }) => Boolean(hostPort)) ?? false
}

function hostPortsOf(container: AnyContainer, list: ContainerList, index: number): Offence | undefined {
  const fields: FieldPath[] = []
  const values: string[] = []
  for (const [item, { hostPort }] of (container.ports ?? []).entries()) {
    if (!hostPort) continue
    fields.push(['ports', item, 'hostPort'])
    values.push(String(hostPort))
  }
  return containerOffence(container, list, index, fields, values)
}
