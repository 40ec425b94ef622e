import type { Check } from '../../findings/index.ts'
import { defineMessages } from '../../messages/index.ts'
import { specPath } from '../containers.ts'
import { windowsPod } from '../windows.ts'

const messages = defineMessages('shared-process-namespace', {
  shared: {
    en: () =>
      'the containers of this pod share one process namespace: each sees the others’ processes, and their files through /proc',
    ko: () =>
      '이 파드의 컨테이너들이 프로세스 네임스페이스를 공유합니다. 서로의 프로세스를 볼 수 있고 /proc을 통해 파일에도 접근할 수 있습니다',
  },
  remedy: {
    en: () =>
      'Remove shareProcessNamespace; kubectl debug --target reaches one container’s processes when needed.',
    ko: () =>
      'shareProcessNamespace를 제거합니다. 필요할 때는 kubectl debug --target으로 한 컨테이너의 프로세스만 볼 수 있습니다.',
  },
})

/** Low: it is within the pod, yet a sidecar that is broken into reads the secrets of its neighbours. */
export const sharedProcessNamespace: Check = {
  id: 'shared-process-namespace',
  severity: 'low',
  title: { en: 'Process namespace shared in the pod', ko: '파드 안에서 공유되는 프로세스 네임스페이스' },
  messages,
  references: ['https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/'],
  run({ pod }, report) {
    if (pod === undefined || pod.spec.shareProcessNamespace !== true) return
    // One container has nothing to share; on Windows the field is an error, which another check reports.
    const containers = (pod.spec.containers?.length ?? 0) + (pod.spec.initContainers?.length ?? 0)
    if (containers < 2 || windowsPod(pod.spec) !== undefined) return
    // "Container filesystems are visible to other containers in the pod through the /proc/$pid/root link."
    const path = specPath(pod, 'shareProcessNamespace')
    report({
      path,
      message: messages.make.shared({}),
      // Not safe: a sidecar may signal its neighbour's processes.
      remediation: { message: messages.make.remedy({}), patch: [{ op: 'remove', path }], safe: false },
    })
  },
}
