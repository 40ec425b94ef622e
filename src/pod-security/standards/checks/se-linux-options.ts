import { seLinuxOptions as control } from '../controls/se-linux-options.ts'
import { pathsOf } from '../setters.ts'
import { controlChecks } from './control-check.ts'
import { type OffenceFacts, who, whoInKorean } from './offence-facts.ts'
import { removingFields } from './patch.ts'

/** Medium: SELinux is one of several layers, and off on many nodes. */
export const seLinuxOptions = controlChecks({
  control,
  severity: 'medium',
  title: { en: 'Custom SELinux options', ko: '임의로 지정한 SELinux 옵션' },
  references: [
    'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#assign-selinux-labels-to-a-container',
  ],
  forbidden: {
    en: (facts) => `${who(facts)} sets SELinux options beyond the container types (${options(facts)})`,
    ko: (facts) =>
      `${whoInKorean(facts, '은/는')} 컨테이너용 타입이 아닌 SELinux 옵션(${options(facts)})을 지정합니다`,
  },
  advice: {
    en: 'Remove user and role, and use one of the container types (container_t, container_init_t, container_kvm_t, container_engine_t) or none.',
    ko: 'user와 role을 제거하고, 컨테이너용 타입(container_t, container_init_t, container_kvm_t, container_engine_t) 중 하나를 쓰거나 타입을 지정하지 않습니다.',
  },
  // Not safe: with another label the program may no longer reach files that it needs.
  mend: (offences, pod) => ({ operations: removingFields(pod, offences.flatMap(pathsOf)), safe: false }),
})

function options({ fields, values }: OffenceFacts): string {
  return fields.map((field, index) => `${field}=${values[index] ?? ''}`).join(', ')
}
