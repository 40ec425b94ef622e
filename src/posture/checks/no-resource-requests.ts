import { type Check, NO_PLACES } from '../../findings/index.ts'
import { defineMessages } from '../../messages/index.ts'
import { containerPath, forEachContainer, nameOf } from '../containers.ts'
import { setField } from '../patch.ts'
import { hasRequest, type SharedResource } from '../resources.ts'

interface Data {
  readonly container: string
  readonly resources: readonly SharedResource[]
}

const KOREAN: { readonly [Resource in SharedResource]: string } = { cpu: 'CPU', memory: '메모리' }
const ENGLISH: { readonly [Resource in SharedResource]: string } = { cpu: 'CPU', memory: 'memory' }

const messages = defineMessages('no-resource-requests', {
  missing: {
    en: ({ container, resources }: Data) =>
      `container "${container}" requests no ${resources.map((resource) => ENGLISH[resource]).join(' and no ')}: the scheduler counts it as needing none`,
    ko: ({ container, resources }: Data) =>
      `컨테이너 "${container}"에 ${resources.map((resource) => KOREAN[resource]).join('·')} 요청이 없어 스케줄러가 필요량을 0으로 봅니다`,
  },
  remedy: {
    en: () => 'Request what the program usually uses; the values in the patch are examples.',
    ko: () => '프로그램이 평소에 쓰는 양을 요청합니다. 패치의 값은 예시입니다.',
  },
})

const EXAMPLES: { readonly [Resource in SharedResource]: string } = { cpu: '100m', memory: '128Mi' }
const FIELD = ['resources', 'requests']
const NONE: readonly SharedResource[] = ['cpu', 'memory']
const CPU_ONLY: readonly SharedResource[] = ['cpu']
const MEMORY_ONLY: readonly SharedResource[] = ['memory']

/** Low: nodes are overfilled and the pod is among the first to be evicted; the harm is to availability alone. */
export const noResourceRequests: Check = {
  id: 'no-resource-requests',
  severity: 'low',
  title: { en: 'No CPU or memory request', ko: 'CPU 또는 메모리 요청 없음' },
  messages,
  references: [
    'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
    'https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/',
  ],
  run({ pod }, report, places = NO_PLACES) {
    if (pod === undefined) return
    forEachContainer(pod.spec, (container, field, index) => {
      // "Resources are not allowed for ephemeral containers." (API reference, EphemeralContainer)
      if (field === 'ephemeralContainers') return
      const cpu = hasRequest(pod.spec, container, 'cpu')
      const memory = hasRequest(pod.spec, container, 'memory')
      if (cpu && memory) return
      const given = container.resources && JSON.stringify(container.resources)
      const resources = memory ? CPU_ONLY : cpu ? MEMORY_ONLY : NONE
      const data = { container: nameOf(container), resources }
      const place = places.container(field, index)
      const found = place.recall(Number(cpu) * 2 + Number(memory), given, data, () => {
        const path = containerPath(pod, field, index)
        const value = {
          ...container.resources?.requests,
          ...Object.fromEntries(resources.map((resource) => [resource, EXAMPLES[resource]])),
        }
        return {
          path: [...path, ...FIELD],
          message: messages.make.missing(data),
          remediation: {
            message: messages.make.remedy({}),
            patch: [setField(container, path, FIELD, value)],
            // Not safe: a pod that requests more may find no node, or exceed the namespace's quota.
            safe: false,
          },
        }
      })
      if (found !== undefined) report(found)
    })
  },
}
