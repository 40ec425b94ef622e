import { withParticle } from '../../../messages/index.ts'
import { sysctls as control } from '../controls/sysctls.ts'
import { controlChecks } from './control-check.ts'
import { listed } from './offence-facts.ts'
import { removingFields } from './patch.ts'

/** Medium: most kubelets refuse unsafe sysctls by themselves. */
export const sysctls = controlChecks({
  control,
  severity: 'medium',
  title: { en: 'Unsafe sysctl', ko: '안전하지 않은 sysctl' },
  references: ['https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/'],
  forbidden: {
    en: ({ values }) => `the pod sets ${listed(values)}, a kernel parameter that is not among the safe ones`,
    ko: ({ values }) =>
      `파드가 안전한 것으로 정해지지 않은 커널 파라미터 ${withParticle(listed(values), '을/를')} 설정합니다`,
  },
  advice: {
    en: 'Remove it, or set it on the nodes. Which sysctls count as safe depends on the version of the standards.',
    ko: '제거하거나 노드에서 설정합니다. 안전한 sysctl의 목록은 스탠다드의 버전에 따라 다릅니다.',
  },
  // Not safe: the program may rely on the setting. The whole item goes, a sysctl without a name is invalid.
  mend: (offences, pod) => ({
    operations: removingFields(
      pod,
      offences.flatMap(({ fields }) => fields.map((field) => field.slice(0, -1))),
    ),
    safe: false,
  }),
})
