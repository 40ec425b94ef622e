import { hostPorts as control } from '../controls/host-ports.ts'
import { pathsOf } from '../setters.ts'
import { controlChecks } from './control-check.ts'
import { who, whoInKorean } from './offence-facts.ts'
import { removingFields } from './patch.ts'

/** Medium: a port of the node passes by Services and, with some network plugins, by NetworkPolicy. */
export const hostPorts = controlChecks({
  control,
  severity: 'medium',
  title: { en: 'Port of the node', ko: '호스트 포트' },
  references: ['https://kubernetes.io/docs/concepts/services-networking/service/'],
  forbidden: {
    en: (facts) => `${who(facts)} takes ${ports(facts.values)} of the node's own addresses`,
    ko: (facts) => `${whoInKorean(facts, '이/가')} 노드의 ${facts.values.join(', ')} 포트를 직접 사용합니다`,
  },
  advice: {
    en: 'Remove hostPort and reach the pod through a Service (NodePort or LoadBalancer from outside). In a pod with hostNetwork every port is a port of the node.',
    ko: 'hostPort를 제거하고 서비스(외부에서는 NodePort나 LoadBalancer)로 파드에 접근합니다. hostNetwork를 쓰는 파드에서는 모든 포트가 노드의 포트가 됩니다.',
  },
  // Not safe: clients may know the node's address and port.
  mend: (offences, pod) => ({ operations: removingFields(pod, offences.flatMap(pathsOf)), safe: false }),
})

function ports(values: readonly string[]): string {
  return `${values.length === 1 ? 'port' : 'ports'} ${values.join(', ')}`
}
