import { privileged as control } from '../controls/privileged.ts'
import { pathsOf } from '../setters.ts'
import { controlChecks } from './control-check.ts'
import { who, whoInKorean } from './offence-facts.ts'
import { removingFields } from './patch.ts'

/** Critical: root in such a container is root on the node. */
export const privileged = controlChecks({
  control,
  severity: 'critical',
  title: { en: 'Privileged container', ko: '특권 컨테이너' },
  references: ['https://kubernetes.io/docs/concepts/security/linux-kernel-security-constraints/'],
  forbidden: {
    en: (facts) => `${who(facts)} is privileged, so that nothing separates its root from the node's`,
    ko: (facts) =>
      `${whoInKorean(facts, '이/가')} 특권 컨테이너로 실행됩니다. 컨테이너의 root와 노드의 root를 나누는 장치가 모두 꺼집니다`,
  },
  advice: {
    en: 'Remove privileged and add only the capabilities and devices that the program needs.',
    ko: 'privileged를 제거하고 프로그램에 필요한 리눅스 기능(capability)과 장치만 추가합니다.',
  },
  // Not safe: a container that asks for privilege mostly uses some of it.
  mend: (offences, pod) => ({ operations: removingFields(pod, offences.flatMap(pathsOf)), safe: false }),
})
