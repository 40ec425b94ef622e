import { withParticle } from '../../../messages/index.ts'
import { hostNamespaces as control } from '../controls/host-namespaces.ts'
import { pathsOf } from '../setters.ts'
import { controlChecks } from './control-check.ts'
import { removingFields } from './patch.ts'

const ENGLISH: Readonly<Record<string, string>> = {
  hostNetwork: 'network namespace',
  hostPID: 'process ID namespace',
  hostIPC: 'IPC namespace',
}

const KOREAN: Readonly<Record<string, string>> = {
  hostNetwork: '호스트 네트워크',
  hostPID: '호스트 PID 네임스페이스',
  hostIPC: '호스트 IPC 네임스페이스',
}

/** High: what is in the node's namespaces is seen, reached or signalled from the pod. */
export const hostNamespaces = controlChecks({
  control,
  severity: 'high',
  title: { en: 'Namespace of the node shared', ko: '호스트 네임스페이스 공유' },
  forbidden: {
    en: ({ fields: [field = ''] }) => `the pod shares the node's ${ENGLISH[field] ?? field}`,
    ko: ({ fields: [field = ''] }) =>
      `파드가 ${withParticle(KOREAN[field] ?? field, '을/를')} 노드와 함께 사용합니다`,
  },
  advice: {
    en: 'Remove the field after a look at what the program reaches on the node through it. A Service replaces most uses of the host network.',
    ko: '프로그램이 이 설정으로 노드의 무엇에 접근하는지 먼저 확인한 뒤 필드를 제거합니다. 호스트 네트워크는 대부분 서비스로 대체할 수 있습니다.',
  },
  // Not safe: the program may need what it shares, a node agent for instance.
  mend: (offences, pod) => ({ operations: removingFields(pod, offences.flatMap(pathsOf)), safe: false }),
})
