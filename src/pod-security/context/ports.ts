import { defineMessages } from '../../messages/index.ts'
import type { EffectivePod, EffectivePort } from './effective-pod.ts'
import { asInteger, asText, items, under } from './field.ts'
import type { ContainerScope } from './scope.ts'
import { byDefault, conflict, impliedBy, info, type Setting, settle, withNotes } from './setting.ts'

export const portMessages = defineMessages('effective-ports', {
  hostPort: {
    en: () =>
      "Opens this port on the one node where the pod runs, without a Service, and keeps a second such pod off that node. A NodePort belongs to a Service: it opens a port (30000-32767) on every node and leads to any of the Service's pods.",
    ko: () =>
      '파드가 실행되는 노드 하나에서만 서비스 없이 이 포트를 열며, 같은 포트를 쓰는 파드는 그 노드에 더 배치되지 않습니다. NodePort는 서비스에 속하며, 모든 노드에서 포트(30000-32767)를 열어 서비스의 아무 파드로나 보냅니다.',
  },
  hostNetwork: {
    en: () => "hostNetwork: true puts every port of the container on the node's own addresses.",
    ko: () => 'hostNetwork: true이면 컨테이너의 모든 포트가 노드의 주소에서 열립니다.',
  },
  mismatch: {
    en: ({ containerPort }: { containerPort: number }) =>
      `With hostNetwork: true the host port must be ${containerPort}, as the container port; the API server rejects the pod.`,
    ko: ({ containerPort }: { containerPort: number }) =>
      `hostNetwork: true이면 호스트 포트가 컨테이너 포트(${containerPort})와 같아야 합니다. API 서버가 파드를 거부합니다.`,
  },
})

/** The ports that a container lists, and on which of the node's ports each can be reached. */
export function portsOf(
  scope: ContainerScope,
  hostNetwork: EffectivePod['hostNetwork'],
): readonly EffectivePort[] {
  return items(under(scope.container, 'ports')).flatMap((item) => {
    const containerPort = asInteger(under(item, 'containerPort'))
    if (containerPort === undefined) return []
    const given = settle<number | null>(
      asInteger,
      [{ from: 'container', field: under(item, 'hostPort') }],
      byDefault('kubernetes', null),
    )
    return [
      {
        containerPort,
        protocol: asText(under(item, 'protocol')) ?? 'TCP',
        hostIP: asText(under(item, 'hostIP')) ?? '0.0.0.0',
        hostPort: hostPortOf(given, containerPort, hostNetwork),
      },
    ]
  })
}

/**
 * "When hostNetwork is true, specified hostPort fields in port definitions must match containerPort, and
 * unspecified hostPort fields in port definitions are defaulted to match containerPort." (API reference, PodSpec)
 */
function hostPortOf(
  given: Setting<number | null>,
  containerPort: number,
  hostNetwork: Setting<boolean>,
): Setting<number | null> {
  const { make } = portMessages
  // The API server treats 0 like a field that is not given.
  const hostPort = given.value === 0 ? { ...given, value: null } : given
  if (hostNetwork.value && hostPort.value === null)
    return impliedBy(hostNetwork, containerPort, info(make.hostNetwork({})))
  if (hostNetwork.value && hostPort.value !== containerPort)
    return withNotes(hostPort, conflict(make.mismatch({ containerPort })))
  if (hostNetwork.value) return withNotes(hostPort, info(make.hostNetwork({})))
  return hostPort.value === null ? hostPort : withNotes(hostPort, info(make.hostPort({})))
}
