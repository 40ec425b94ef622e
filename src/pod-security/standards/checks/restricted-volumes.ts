import { withParticle } from '../../../messages/index.ts'
import { restrictedVolumes as control } from '../controls/restricted-volumes.ts'
import { controlChecks } from './control-check.ts'
import { listed } from './offence-facts.ts'

/** Low: the volumes themselves are guarded elsewhere; hostPath is high, as at the baseline level. */
export const restrictedVolumes = controlChecks({
  control,
  severity: 'low',
  title: { en: 'Restricted volume type', ko: '제한된 볼륨 유형' },
  references: ['https://kubernetes.io/docs/concepts/storage/volumes/#volume-types'],
  forbidden: {
    en: ({ names, values }) =>
      `volume ${listed(names)} is of type ${listed(values)}, which a pod must not mount directly`,
    ko: ({ names, values }) =>
      `볼륨 ${listed(names)}의 유형 ${withParticle(listed(values), '은/는')} 파드에서 직접 마운트할 수 없는 유형입니다`,
  },
  severityOf: ({ values }) => (values.includes('hostPath') ? 'high' : undefined),
  // No patch: what replaces the volume depends on what it is used for.
  advice: {
    en: 'Define the storage as a PersistentVolume and mount it through a PersistentVolumeClaim; for hostPath see whether an emptyDir does.',
    ko: '저장소를 퍼시스턴트볼륨으로 정의하고 퍼시스턴트볼륨클레임으로 마운트합니다. hostPath는 emptyDir로 충분한지 먼저 확인합니다.',
  },
})
