import { withParticle } from '../../../messages/index.ts'
import { procMount as baseline, procMountRestricted as restricted } from '../controls/proc-mount.ts'
import { pathsOf } from '../setters.ts'
import { type ControlFindings, controlChecks } from './control-check.ts'
import { listed, who, whoInKorean } from './offence-facts.ts'
import { removingFields } from './patch.ts'

/** High: the files of /proc that are masked otherwise change or show the kernel of the node. */
const findings: Omit<ControlFindings, 'control'> = {
  severity: 'high',
  title: { en: '/proc without masks', ko: '마스크가 없는 /proc' },
  references: ['https://kubernetes.io/docs/concepts/security/linux-kernel-security-constraints/'],
  forbidden: {
    en: (facts) =>
      `${who(facts)} sets procMount to ${listed(facts.values)}, so that sensitive files of /proc are not masked`,
    ko: (facts) =>
      `${whoInKorean(facts, '은/는')} procMount를 ${withParticle(listed(facts.values), '으로/로')} 지정하여 /proc의 민감한 파일이 가려지지 않습니다`,
  },
  advice: {
    en: 'Remove procMount. Only containers that start containers need an unmasked /proc, and those in a user namespace (hostUsers: false).',
    ko: 'procMount를 제거합니다. 마스크 없는 /proc은 컨테이너 안에서 컨테이너를 실행할 때만 필요하며, 그때도 사용자 네임스페이스(hostUsers: false) 안에서만 사용합니다.',
  },
  // Not safe: containers inside the container may stop working.
  mend: (offences, pod) => ({ operations: removingFields(pod, offences.flatMap(pathsOf)), safe: false }),
}

export const procMount = controlChecks({ ...findings, control: baseline })
export const procMountRestricted = controlChecks({ ...findings, control: restricted })
