import { type Check, NO_PLACES } from '../../findings/index.ts'
import { defineMessages } from '../../messages/index.ts'
import { containerPath, forEachContainer, isSidecar, nameOf } from '../containers.ts'
import { setField, settingKey } from '../patch.ts'
import { hasLimit } from '../resources.ts'

interface Data {
  readonly container: string
}

const messages = defineMessages('no-resource-limits', {
  memory: {
    en: ({ container }: Data) =>
      `container "${container}" has no memory limit: it can take all memory of its node`,
    ko: ({ container }: Data) =>
      `컨테이너 "${container}"에 메모리 제한이 없어 노드의 메모리를 모두 차지할 수 있습니다`,
  },
  remedy: {
    en: () =>
      'Set a memory limit from what the program uses at its peak; the value in the patch is an example.',
    ko: () => '프로그램의 최대 사용량을 기준으로 메모리 제한을 정합니다. 패치의 값은 예시입니다.',
  },
})

const EXAMPLE_LIMIT = '256Mi'
const FIELD = ['resources', 'limits', 'memory']

/**
 * Medium: one container can starve all others of its node. Only memory is asked for: memory that is given
 * cannot be taken back but by killing, whereas CPU time without a limit is shared by the requests, and a CPU
 * limit slows a program down on an idle node.
 */
export const noResourceLimits: Check = {
  id: 'no-resource-limits',
  severity: 'medium',
  title: { en: 'No memory limit', ko: '메모리 제한 없음' },
  messages,
  references: [
    'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
    'https://kubernetes.io/docs/concepts/security/application-security-checklist/',
  ],
  run({ pod }, report, places = NO_PLACES) {
    if (pod === undefined) return
    forEachContainer(pod.spec, (container, field, index) => {
      // "Resources are not allowed for ephemeral containers." (API reference, EphemeralContainer)
      if (field === 'ephemeralContainers' || hasLimit(pod.spec, container, 'memory')) return
      // A request is a statement of what the program needs, the nearest thing to a limit in the manifest.
      const request = container.resources?.requests?.['memory']
      // An init container ends before the others start.
      const isMild = field === 'initContainers' && !isSidecar(container, field)
      const data = { container: nameOf(container) }
      const place = places.container(field, index)
      const found = place.recall(
        settingKey(container, FIELD) * 2 + Number(isMild),
        request && JSON.stringify(request),
        data,
        () => {
          const path = containerPath(pod, field, index)
          return {
            path: [...path, ...FIELD],
            message: messages.make.memory(data),
            ...(isMild && { severity: 'low' as const }),
            remediation: {
              message: messages.make.remedy({}),
              patch: [setField(container, path, FIELD, request ?? EXAMPLE_LIMIT)],
              // Not safe: a program that needs more is killed.
              safe: false,
            },
          }
        },
      )
      if (found !== undefined) report(found)
    })
  },
}
