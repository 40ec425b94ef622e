import type { PodTemplateView } from '../../../kubernetes/index.ts'
import type { Offence } from '../control.ts'
import { runAsNonRoot as control } from '../controls/run-as-non-root.ts'
import { containerAt, isWindows } from '../pod.ts'
import { pathsOf } from '../setters.ts'
import { controlChecks } from './control-check.ts'
import { listed, who, whoInKorean } from './offence-facts.ts'
import { securityContextsOf } from './offence-place.ts'
import { settingField } from './patch.ts'

const AT_POD = ['spec', 'securityContext', 'runAsNonRoot']

/** Medium: whether the image does run as root is not in the manifest. */
export const runAsNonRoot = controlChecks({
  control,
  severity: 'medium',
  title: { en: 'Root user not excluded', ko: 'root 실행을 막지 않음' },
  references: ['https://kubernetes.io/docs/tasks/configure-pod-container/security-context/'],
  forbidden: {
    en: (facts) => `${who(facts)} explicitly allows to run as root (runAsNonRoot: false)`,
    ko: (facts) =>
      `${whoInKorean(facts, '이/가')} root로 실행하는 것을 명시적으로 허용합니다(runAsNonRoot: false)`,
  },
  missing: {
    en: (facts) => `neither the pod nor ${who(facts)} excludes that the image runs as root`,
    ko: (facts) => `파드에도 컨테이너 ${listed(facts.names)}에도 root로 실행하는 것을 막는 설정이 없습니다`,
  },
  advice: {
    en: 'Set runAsNonRoot to true. The kubelet then refuses to start an image whose user is root or only a name; set runAsUser, or USER with a number in the image.',
    ko: 'runAsNonRoot를 true로 지정합니다. 그러면 kubelet은 사용자가 root이거나 숫자가 아닌 이름뿐인 이미지를 시작하지 않으므로, runAsUser를 지정하거나 이미지의 USER를 숫자로 지정합니다.',
  },
  inheritedFrom: AT_POD,
  mendLooksAt: securityContextsOf,
  mend(offences, pod) {
    const ofPod = offences.some(({ setter }) => setter.kind === 'pod')
    const safe = !ofPod && offences.every((offence) => hasOrdinaryUser(offence, pod))
    // At the containers nothing else inherits it, such as an ephemeral container that debugs the pod as root.
    const each = safe || offences.every(({ kind }) => kind === 'forbidden')
    const paths = each ? offences.flatMap(pathsOf) : [AT_POD]
    return { operations: paths.map((path) => settingField(pod, path, true)), safe }
  },
})

/**
 * Whether the container certainly runs as another user than root, so that the kubelet's test can't fail: it looks
 * at the user ID in effect before it looks at the image. User IDs mean nothing on Windows.
 */
function hasOrdinaryUser({ setter }: Offence, { spec }: PodTemplateView): boolean {
  if (
    setter.kind !== 'container' ||
    isWindows(spec) ||
    spec.nodeSelector?.['kubernetes.io/os'] === 'windows'
  ) {
    return false
  }
  const container = containerAt(spec, setter.list, setter.index)
  const user = container.securityContext?.runAsUser ?? spec.securityContext?.runAsUser
  return user !== undefined && user > 0
}
