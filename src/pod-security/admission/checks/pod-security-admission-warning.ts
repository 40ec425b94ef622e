import type { Check, Detection } from '../../../findings/index.ts'
import type { PodTemplateView } from '../../../kubernetes/index.ts'
import { defineMessages, withParticle } from '../../../messages/index.ts'
import { formatLevelVersion } from '../../standards/version.ts'
import { type Breach, type ManifestCluster, outlookOf } from '../outlook.ts'
import type { Mode } from '../policy.ts'
import { ADMISSION_PAGE } from './references.ts'

interface Data {
  readonly namespace: string
  /** E.g. `restricted:latest`. */
  readonly policy: string
  readonly detail: string
}

interface NotedData extends Data {
  /** `audit`, `warn` or both. */
  readonly modes: readonly Mode[]
}

const messages = defineMessages('pod-security-admission-warning', {
  'pods-denied': {
    en: ({ namespace, policy, detail }: Data) =>
      `the API server accepts this workload but rejects every pod it creates: namespace "${namespace}" enforces ${policy}: ${detail}`,
    ko: ({ namespace, policy, detail }: Data) =>
      `API 서버가 이 워크로드는 받아들이지만 워크로드가 만드는 파드는 모두 거부합니다. 네임스페이스 "${namespace}"에서 ${withParticle(policy, '을/를')} 강제합니다: ${detail}`,
  },
  noted: {
    en: ({ namespace, policy, modes, detail }: NotedData) =>
      `namespace "${namespace}" ${modes.map((mode) => (mode === 'warn' ? 'warns' : 'writes to the audit log')).join(' and ')} about what ${policy} forbids: ${detail}`,
    ko: ({ namespace, policy, modes, detail }: NotedData) =>
      `네임스페이스 "${namespace}"에서 ${policy} 위반을 ${modes.map((mode) => (mode === 'warn' ? '사용자에게 경고합니다' : '감사 로그에 남깁니다')).join(' 그리고 ')}: ${detail}`,
  },
})

/**
 * "Both the audit and warning modes are applied to the workload resources. However, enforce mode is not applied to
 * workload resources, only to the resulting pod objects": so a Deployment is created and never gets a pod, which
 * only its ReplicaSet's events tell.
 */
export function podSecurityAdmissionWarning(cluster: ManifestCluster): Check {
  return {
    id: 'pod-security-admission-warning',
    severity: 'low',
    title: {
      en: 'Workload or pod that its namespace objects to',
      ko: '네임스페이스 정책에 어긋나는 워크로드나 파드',
    },
    messages,
    references: [`${ADMISSION_PAGE}#workload-resources-and-pod-templates`],
    run({ object, pod }, report) {
      if (pod === undefined) return
      const { namespace, denied, noted } = outlookOf(object, pod, cluster)
      if (denied !== undefined && object.kind !== 'Pod') {
        const message = messages.make['pods-denied'](dataOf(namespace, denied))
        report({ ...placeOf(pod), message, severity: 'high' })
      }
      // The API server does not warn about what it rejects.
      const told = denied !== undefined && object.kind === 'Pod' ? [] : noted
      for (const breach of told) {
        const data = { ...dataOf(namespace, breach), modes: breach.modes }
        report({ ...placeOf(pod), message: messages.make.noted(data) })
      }
    },
  }
}

function dataOf(namespace: string, { policy, detail }: Breach): Data {
  return { namespace, policy: formatLevelVersion(policy), detail }
}

function placeOf(pod: PodTemplateView): Pick<Detection, 'path'> {
  return { path: [...pod.path, 'spec'] }
}
