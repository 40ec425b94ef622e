import { hostPathVolumes as control } from '../controls/host-path-volumes.ts'
import { controlChecks } from './control-check.ts'
import { listed } from './offence-facts.ts'

/** High: files of the node are the shortest way out of a container. */
export const hostPathVolumes = controlChecks({
  control,
  severity: 'high',
  title: { en: 'hostPath volume', ko: '호스트 경로(hostPath) 볼륨' },
  references: ['https://kubernetes.io/docs/concepts/storage/volumes/#hostpath'],
  forbidden: {
    en: ({ names, values }) => `volume ${listed(names)} is the node's own path ${listed(values)}`,
    ko: ({ names, values }) => `볼륨 ${listed(names)}에서 노드의 경로 ${listed(values)}에 접근할 수 있습니다`,
  },
  // No patch: what replaces the volume depends on what it is used for.
  advice: {
    en: 'Use an emptyDir for scratch space, a PersistentVolumeClaim for data that stays, a ConfigMap or Secret for configuration.',
    ko: '임시 공간은 emptyDir, 보존할 데이터는 퍼시스턴트볼륨클레임, 설정은 컨피그맵이나 시크릿으로 대체합니다.',
  },
})
