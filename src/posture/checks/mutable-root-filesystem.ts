import { type Check, NO_PLACES } from '../../findings/index.ts'
import { defineMessages } from '../../messages/index.ts'
import { type AnyContainer, containerPath, forEachContainer, nameOf } from '../containers.ts'
import { setField, settingKey } from '../patch.ts'
import { removedBinaries } from '../removed-binaries.ts'
import { windowsPod } from '../windows.ts'

interface Data {
  readonly container: string
}

interface RemovedData extends Data {
  readonly removed: readonly string[]
}

const messages = defineMessages('mutable-root-filesystem', {
  writable: {
    en: ({ container }: Data) =>
      `container "${container}" can change its own root filesystem: readOnlyRootFilesystem is not true`,
    ko: ({ container }: Data) =>
      `컨테이너 "${container}"의 readOnlyRootFilesystem이 true가 아니므로 실행 중에 루트 파일시스템을 바꿀 수 있습니다`,
  },
  'binaries-removed': {
    en: ({ container, removed }: RemovedData) =>
      `the startupProbe of container "${container}" removes ${removed.join(', ')}: that hinders an intruder, but the root filesystem itself stays writable`,
    ko: ({ container, removed }: RemovedData) =>
      `컨테이너 "${container}"의 startupProbe가 ${removed.join(', ')} 파일을 지웁니다. 침입자를 방해하는 불변성 조치이지만 루트 파일시스템은 여전히 쓰기 가능합니다`,
  },
  remedy: {
    en: () =>
      'Make the root filesystem read-only, and mount an emptyDir on each path that the program writes to.',
    ko: () => '루트 파일시스템을 읽기 전용으로 바꾸고, 프로그램이 쓰는 경로마다 emptyDir를 마운트합니다.',
  },
})

const FIELD = ['securityContext', 'readOnlyRootFilesystem']

/** Medium: an intruder who can write can bring tools along and change the program; it takes another flaw to get in. */
export const mutableRootFilesystem: Check = {
  id: 'mutable-root-filesystem',
  severity: 'medium',
  title: { en: 'Writable root filesystem', ko: '쓰기 가능한 루트 파일시스템' },
  messages,
  references: [
    'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
    'https://kubernetes.io/docs/concepts/security/application-security-checklist/',
  ],
  run({ pod }, report, places = NO_PLACES) {
    if (pod === undefined) return
    forEachContainer(pod.spec, (container, field, index) => {
      if (container.securityContext?.readOnlyRootFilesystem === true) return
      // "readOnlyRootFilesystem - not possible on Windows; write access is required for registry & system
      // processes to run inside the container" (concepts/windows/intro).
      if (windowsPod(pod.spec) !== undefined) return
      const removed = startupRemovals(container)
      const removal = removed.length > 0 ? JSON.stringify(removed) : undefined
      const name = nameOf(container)
      const data = removed.length > 0 ? { container: name, removed } : { container: name }
      const place = places.container(field, index)
      const found = place.recall(settingKey(container, FIELD), removal, data, () => {
        const patch = [setField(container, containerPath(pod, field, index), FIELD, true)]
        return {
          path: containerPath(pod, field, index, ...FIELD),
          message:
            removed.length > 0
              ? messages.make['binaries-removed']({ container: name, removed })
              : messages.make.writable(data),
          ...(removed.length > 0 && { severity: 'low' as const }),
          // Not safe: a program that writes to its own filesystem would fail.
          remediation: { message: messages.make.remedy({}), patch, safe: false },
        }
      })
      if (found !== undefined) report(found)
    })
  },
}

/**
 * A startupProbe runs once before the container counts as started and can thus strip the image of its shells
 * (tasks/configure-pod-container/configure-liveness-readiness-startup-probes); it fails again and restarts the
 * container unless the command succeeds.
 */
function startupRemovals(container: AnyContainer): readonly string[] {
  return removedBinaries(container.startupProbe?.exec?.command)
}
