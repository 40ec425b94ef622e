import type { PodTemplateView } from '../../../kubernetes/index.ts'
import type { Offence } from '../control.ts'
import { allowPrivilegeEscalation as control } from '../controls/allow-privilege-escalation.ts'
import { containerAt } from '../pod.ts'
import { pathsOf } from '../setters.ts'
import { controlChecks } from './control-check.ts'
import { who, whoInKorean } from './offence-facts.ts'
import { securityContextsOf } from './offence-place.ts'
import { settingField } from './patch.ts'

/** Medium: a way from an ordinary user to root inside the container. */
export const allowPrivilegeEscalation = controlChecks({
  control,
  severity: 'medium',
  title: { en: 'Privilege escalation allowed', ko: '권한 상승 허용' },
  references: ['https://kubernetes.io/docs/tasks/configure-pod-container/security-context/'],
  missing: {
    en: (facts) => `a process in ${who(facts)} can gain more privileges than its parent`,
    ko: (facts) =>
      `${whoInKorean(facts, '은/는')} 프로세스가 부모 프로세스보다 많은 권한을 얻는 것(권한 상승)을 막지 않습니다`,
  },
  advice: {
    en: 'Set allowPrivilegeEscalation to false. Programs with the set-user-ID bit or file capabilities, such as sudo and some ping, then no longer gain anything from them.',
    ko: 'allowPrivilegeEscalation을 false로 지정합니다. sudo나 일부 ping처럼 set-user-ID 비트나 파일 capability가 있는 프로그램은 더 이상 그것으로 권한을 얻지 못합니다.',
  },
  // Not safe: false sets no_new_privs, and whether the image relies on set-user-ID programs or file capabilities
  // is not in the manifest.
  mendLooksAt: securityContextsOf,
  mend(offences, pod) {
    if (offences.some((offence) => isRefused(offence, pod))) return undefined
    return {
      operations: offences.flatMap(pathsOf).map((path) => settingField(pod, path, false)),
      safe: false,
    }
  },
})

/** "cannot set allowPrivilegeEscalation to false and" privileged or CAP_SYS_ADMIN (validation of core/v1). */
function isRefused({ setter }: Offence, { spec }: PodTemplateView): boolean {
  if (setter.kind !== 'container') return false
  const { securityContext } = containerAt(spec, setter.list, setter.index)
  return (
    securityContext?.privileged === true ||
    (securityContext?.capabilities?.add?.includes('CAP_SYS_ADMIN') ?? false)
  )
}
