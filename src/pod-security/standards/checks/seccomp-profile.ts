import { withParticle } from '../../../messages/index.ts'
import { seccompProfileBaseline as baseline } from '../controls/seccomp-profile-baseline.ts'
import { seccompProfileRestricted as restricted } from '../controls/seccomp-profile-restricted.ts'
import { pathsOf } from '../setters.ts'
import { type ControlFindings, controlChecks } from './control-check.ts'
import { listed, who, whoInKorean } from './offence-facts.ts'
import { securityContextsOf } from './offence-place.ts'
import { settingField } from './patch.ts'

/** Medium: without a profile every system call of the kernel can be tried from the container. */
const findings: Omit<ControlFindings, 'control'> = {
  severity: 'medium',
  title: { en: 'No seccomp profile', ko: 'seccomp 프로파일 미적용' },
  references: ['https://kubernetes.io/docs/tutorials/security/seccomp/'],
  forbidden: {
    en: (facts) =>
      `${who(facts)} sets the seccomp profile ${listed(facts.values)}, so that system calls are not filtered as they should be`,
    ko: (facts) =>
      `${whoInKorean(facts, '은/는')} seccomp 프로파일을 ${withParticle(listed(facts.values), '으로/로')} 지정하여 시스템 콜이 제대로 걸러지지 않습니다`,
  },
  missing: {
    en: (facts) =>
      `neither the pod nor ${who(facts)} sets a seccomp profile, so that any system call is let through on most nodes`,
    ko: (facts) =>
      `파드에도 컨테이너 ${listed(facts.names)}에도 seccomp 프로파일이 없어 대부분의 노드에서 모든 시스템 콜이 허용됩니다`,
  },
  advice: {
    en: 'Set RuntimeDefault for the pod; it lets through what ordinary programs use. Try it first: programs that use rare system calls (debuggers, io_uring, mount) fail under it.',
    ko: '파드에 RuntimeDefault를 지정합니다. 일반적인 프로그램이 쓰는 시스템 콜은 허용됩니다. 드문 시스템 콜을 쓰는 프로그램(디버거, io_uring, mount 등)은 실패할 수 있으므로 먼저 시험합니다.',
  },
  inheritedFrom: ['spec', 'securityContext', 'seccompProfile', 'type'],
  // Not safe: a system call that the program needs may be denied from then on.
  mendLooksAt: securityContextsOf,
  mend(offences, pod) {
    if (offences.every(({ kind }) => kind === 'missing')) {
      const profile = ['spec', 'securityContext', 'seccompProfile']
      return { operations: [settingField(pod, profile, { type: 'RuntimeDefault' })], safe: false }
    }
    const operations = offences.flatMap((offence) => {
      const value = offence.setter.kind === 'annotation' ? 'runtime/default' : 'RuntimeDefault'
      return pathsOf(offence).map((path) => settingField(pod, path, value))
    })
    return { operations, safe: false }
  },
}

export const seccompProfileBaseline = controlChecks({
  ...findings,
  control: baseline,
  title: { en: 'seccomp turned off or unknown profile', ko: '꺼져 있거나 알 수 없는 seccomp 프로파일' },
})
export const seccompProfileRestricted = controlChecks({ ...findings, control: restricted })
