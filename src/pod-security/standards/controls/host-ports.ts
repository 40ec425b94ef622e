import type { FieldPath } from '../../../kubernetes/index.ts'
import type { Control, Offence } from '../control.ts'
import { containerNames, containerSetter, nonEmpty, valuesOf } from '../offences.ts'
import { type AnyContainer, type ContainerAt, containersOf, someContainer } from '../pod.ts'
import { containersNamed, pluralize, sortedSet } from '../wording.ts'

/** "HostPorts should be disallowed entirely" ... allowed: "Undefined/nil", "0". (Pod Security Standards, Baseline) */
export const hostPorts: Control = {
  id: 'hostPorts',
  level: 'baseline',
  revisions: [
    {
      since: 0,
      forbids: ({ spec }) => someContainer(spec, hasHostPort),
      offences: ({ spec }) => containersOf(spec).flatMap(hostPortsOf),
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

function hostPortsOf(at: ContainerAt): Offence[] {
  const paths: FieldPath[] = []
  const values: string[] = []
  for (const [index, { hostPort }] of (at.container.ports ?? []).entries()) {
    if (!hostPort) continue
    paths.push([...at.path, 'ports', index, 'hostPort'])
    values.push(String(hostPort))
  }
  return nonEmpty(paths) ? [{ setter: containerSetter(at), kind: 'forbidden', paths, values }] : []
}
