import type { Check, PatchOperation } from '../../../findings/index.ts'
import { defineMessages } from '../../../messages/index.ts'
import type { ManifestCluster } from '../outlook.ts'
import { levelLabel } from '../policy.ts'
import { isCoreKind } from '../request.ts'
import { NAMESPACE_LABELS_PAGE } from './references.ts'

const ENFORCE = levelLabel('enforce')

const messages = defineMessages('namespace-without-pod-security', {
  missing: {
    en: ({ namespace }: { namespace: string }) =>
      `nothing is enforced in namespace "${namespace}": it has no label ${ENFORCE}, so it accepts privileged pods`,
    ko: ({ namespace }: { namespace: string }) =>
      `네임스페이스 "${namespace}"에 ${ENFORCE} 레이블이 없어 아무것도 강제되지 않습니다. 특권 파드도 받아들입니다`,
  },
  remedy: {
    en: () =>
      'Enforce at least baseline. Pods that break it are rejected from then on; see which they are with `kubectl label --dry-run=server` first.',
    ko: () =>
      '적어도 `baseline`을 강제하십시오. 그때부터 이를 위반하는 파드는 거부되므로, 먼저 `kubectl label --dry-run=server`로 어떤 파드가 위반하는지 확인하십시오.',
  },
})

/**
 * Namespaces in which Pod Security Admission enforces nothing. One whose label says `privileged` is left alone, as
 * someone decided so; so is one that the cluster's configuration exempts or gives a default.
 */
export function namespaceWithoutPodSecurity({ settings }: ManifestCluster): Check {
  return {
    id: 'namespace-without-pod-security',
    severity: 'medium',
    title: { en: 'Namespace that enforces no level', ko: '강제하는 수준이 없는 네임스페이스' },
    messages,
    references: [NAMESPACE_LABELS_PAGE],
    run({ object }, report) {
      if (!isCoreKind(object, 'Namespace')) return
      const { name: namespace = '', labels } = object.metadata ?? {}
      if (labels !== undefined && Object.hasOwn(labels, ENFORCE)) return
      if (settings.defaults.enforce.level !== 'privileged') return
      if (settings.exemptions.namespaces.includes(namespace)) return
      const patch: PatchOperation =
        labels === undefined
          ? { op: 'add', path: ['metadata', 'labels'], value: { [ENFORCE]: 'baseline' } }
          : { op: 'add', path: ['metadata', 'labels', ENFORCE], value: 'baseline' }
      report({
        path: ['metadata', 'labels'],
        message: messages.make.missing({ namespace }),
        remediation: { message: messages.make.remedy({}), patch: [patch], safe: false },
      })
    },
  }
}
