import { defineMessages } from '../../messages/index.ts'
import type { SELinuxLabel } from './effective-pod.ts'
import { asText, type Field, givenKeys, isGiven, under } from './field.ts'
import { bothLevels, type ContainerScope } from './scope.ts'
import { byDefault, conflict, impliedBy, info, type Setting, settle, withNotes } from './setting.ts'

const PARTS = ['user', 'role', 'type', 'level'] as const

export const seLinuxMessages = defineMessages('effective-selinux', {
  runtimeLabel: {
    en: () => 'On a node with SELinux the runtime gives each container a label of its own.',
    ko: () => 'SELinux가 있는 노드에서는 런타임이 컨테이너마다 고유한 레이블을 줍니다.',
  },
  replaced: {
    en: ({ parts }: { parts: string }) =>
      `The container's seLinuxOptions replace the pod's as a whole: the pod's ${parts} does not apply.`,
    ko: ({ parts }: { parts: string }) =>
      `컨테이너의 seLinuxOptions는 파드의 것을 통째로 대신합니다. 파드의 ${parts} 값은 적용되지 않습니다.`,
  },
  privileged: {
    en: () => 'A privileged container without seLinuxOptions runs unconfined by SELinux.',
    ko: () => 'seLinuxOptions가 없는 특권 컨테이너는 SELinux의 제한을 받지 않습니다.',
  },
})

/**
 * "The SELinux context to be applied to the container. If unspecified, the container runtime will allocate a
 * random SELinux context for each container. May also be set in PodSecurityContext. If set in both […], the value
 * specified in SecurityContext takes precedence." The value is the whole of seLinuxOptions: the kubelet does not
 * merge its parts.
 */
export function seLinuxOf(scope: ContainerScope, privileged: Setting<boolean>): Setting<SELinuxLabel | null> {
  const { make } = seLinuxMessages
  const places = bothLevels(scope, 'seLinuxOptions')
  const setting = settle<SELinuxLabel | null>(
    label,
    places,
    byDefault('runtime', null, info(make.runtimeLabel({}))),
  )
  if (privileged.value && setting.value === null)
    return impliedBy(privileged, null, info(make.privileged({})))
  const ofPod = under(scope.security, 'seLinuxOptions')
  if (setting.source.from !== 'container' || !isGiven(ofPod)) return setting
  const lost = PARTS.filter((part) => asText(under(ofPod, part)) !== undefined && !setting.value?.[part])
  return lost.length === 0 ? setting : withNotes(setting, conflict(make.replaced({ parts: lost.join(', ') })))
}

function label(field: Field): SELinuxLabel | undefined {
  if (typeof field.value !== 'object') return undefined
  const known = PARTS.filter((part) => givenKeys(field).includes(part))
  const entries = known.flatMap((part) => {
    const text = asText(under(field, part))
    return text === undefined ? [] : [[part, text] as const]
  })
  return Object.fromEntries(entries)
}
