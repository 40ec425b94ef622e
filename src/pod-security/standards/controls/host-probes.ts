import type { FieldPath } from '../../../kubernetes/index.ts'
import type { Control, Offence } from '../control.ts'
import { containerOffence, offencesInContainers } from '../offences.ts'
import { type AnyContainer, type ContainerList, someContainer } from '../pod.ts'
import { containerNames, valuesOf } from '../setters.ts'
import { joinQuoted, pluralize, sortedSet } from '../wording.ts'

/**
 * "The Host field in probes and lifecycle hooks must be disallowed" (Pod Security Standards, Baseline, v1.34+):
 * with it the kubelet can be made to send requests to any address that the node reaches.
 */
export const hostProbesAndHostLifecycle: Control = {
  id: 'hostProbesAndHostLifecycle',
  level: 'baseline',
  revisions: [
    {
      since: 34,
      forbids: ({ spec }) => someContainer(spec, setsHost),
      offences: ({ spec }) => offencesInContainers(spec, hostsOf),
    },
  ],
  describe(offences) {
    // Unlike elsewhere, Kubernetes lists each container's name once here, in order.
    const names = sortedSet(containerNames(offences))
    const hosts = sortedSet(valuesOf(offences))
    return {
      reason: 'probe or lifecycle host',
      detail: [
        pluralize('container', 'containers', names.length),
        joinQuoted(names),
        pluralize('uses', 'use', names.length),
        pluralize('probe or lifecycle host', 'probe or lifecycle hosts', hosts.length),
        joinQuoted(hosts),
      ].join(' '),
    }
  },
}

/** What a probe and a lifecycle hook have in common. */
interface Handler {
  readonly httpGet?: { readonly host?: string }
  readonly tcpSocket?: { readonly host?: string }
}

function setsHost({ livenessProbe, readinessProbe, startupProbe, lifecycle }: AnyContainer): boolean {
  return (
    hasHost(livenessProbe) ||
    hasHost(readinessProbe) ||
    hasHost(startupProbe) ||
    hasHost(lifecycle?.postStart) ||
    hasHost(lifecycle?.preStop)
  )
}

function hasHost(handler: Handler | undefined): boolean {
  return Boolean(handler?.httpGet?.host) || Boolean(handler?.tcpSocket?.host)
}

function hostsOf(container: AnyContainer, list: ContainerList, index: number): Offence | undefined {
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container
  const handlers: [FieldPath, Handler | undefined][] = [
    [['livenessProbe'], livenessProbe],
    [['readinessProbe'], readinessProbe],
    [['startupProbe'], startupProbe],
    [['lifecycle', 'postStart'], lifecycle?.postStart],
    [['lifecycle', 'preStop'], lifecycle?.preStop],
  ]
  const fields: FieldPath[] = []
  const values: string[] = []
  for (const [place, handler] of handlers) {
    for (const action of ['httpGet', 'tcpSocket'] as const) {
      const host = handler?.[action]?.host
      if (!host) continue
      fields.push([...place, action, 'host'])
      values.push(host)
    }
  }
  return containerOffence(container, list, index, fields, values)
}
