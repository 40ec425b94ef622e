import { windowsHostProcess as control } from '../controls/windows-host-process.ts'
import { controlChecks } from './control-check.ts'
import { who, whoInKorean } from './offence-facts.ts'

/** Critical: such a container is a process of the Windows node itself. */
export const windowsHostProcess = controlChecks({
  control,
  severity: 'critical',
  title: { en: 'Windows HostProcess container', ko: '윈도우 HostProcess 컨테이너' },
  references: ['https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/'],
  forbidden: {
    en: (facts) => `${who(facts)} runs as a process of the Windows node itself (HostProcess)`,
    ko: (facts) => `${whoInKorean(facts, '이/가')} 윈도우 노드의 프로세스로 직접 실행됩니다(HostProcess)`,
  },
  // No patch: such a pod also has the host network and a user of the node, and is written for that.
  advice: {
    en: 'Keep HostProcess pods to node agents in a namespace of their own; run all else in ordinary Windows containers.',
    ko: 'HostProcess 파드는 전용 네임스페이스의 노드 에이전트에만 쓰고, 나머지는 일반 윈도우 컨테이너로 실행합니다.',
  },
})
