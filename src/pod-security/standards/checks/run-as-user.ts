import { runAsUser as control } from '../controls/run-as-user.ts'
import { pathsOf } from '../setters.ts'
import { controlChecks } from './control-check.ts'
import { who, whoInKorean } from './offence-facts.ts'
import { removingFields } from './patch.ts'

/** Medium: root in a container without added privileges still needs a flaw to leave it. */
export const runAsUser = controlChecks({
  control,
  severity: 'medium',
  title: { en: 'Root user chosen', ko: 'root 사용자 지정' },
  references: ['https://kubernetes.io/docs/tasks/configure-pod-container/security-context/'],
  forbidden: {
    en: (facts) => `${who(facts)} chooses to run as root (runAsUser: 0)`,
    ko: (facts) => `${whoInKorean(facts, '이/가')} root로 실행하도록 지정합니다(runAsUser: 0)`,
  },
  advice: {
    en: 'Choose the user that the image is made for, any but 0, or remove runAsUser where the image has such a user.',
    ko: '0이 아닌, 이미지가 전제하는 사용자를 지정합니다. 이미지에 그런 사용자가 설정되어 있으면 runAsUser를 제거합니다.',
  },
  // Not safe: files of the image or of volumes may belong to root.
  mend: (offences, pod) => ({ operations: removingFields(pod, offences.flatMap(pathsOf)), safe: false }),
})
