import type { Check } from '../../../findings/index.ts'
import { defineMessages, withParticle } from '../../../messages/index.ts'
import { formatLevelVersion } from '../../standards/version.ts'
import { type ManifestCluster, outlookOf } from '../outlook.ts'
import { ADMISSION_PAGE } from './references.ts'

interface Data {
  readonly namespace: string
  /** E.g. `restricted:latest`. */
  readonly policy: string
  readonly detail: string
}

const messages = defineMessages('pod-security-admission-denied', {
  denied: {
    en: ({ namespace, policy, detail }: Data) =>
      `namespace "${namespace}" enforces ${policy}, so the API server rejects this pod: ${detail}`,
    ko: ({ namespace, policy, detail }: Data) =>
      `네임스페이스 "${namespace}"에서 ${withParticle(policy, '을/를')} 강제하므로 API 서버가 이 파드를 거부합니다: ${detail}`,
  },
})

/** High: what the manifest describes will not exist. */
export function podSecurityAdmissionDenied(cluster: ManifestCluster): Check {
  return {
    id: 'pod-security-admission-denied',
    severity: 'high',
    title: { en: 'Pod that its namespace rejects', ko: '네임스페이스에서 거부되는 파드' },
    messages,
    references: [ADMISSION_PAGE],
    run({ object, pod }, report) {
      if (pod === undefined || object.kind !== 'Pod') return
      const { namespace, denied } = outlookOf(object, pod, cluster)
      if (denied === undefined) return
      const { detail } = denied
      const policy = formatLevelVersion(denied.policy)
      report({ path: ['spec'], message: messages.make.denied({ namespace, policy, detail }) })
    },
  }
}
