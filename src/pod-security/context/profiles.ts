import { defineMessages, withParticle } from '../../messages/index.ts'
import type { SecurityProfile } from './effective-pod.ts'
import { asText, type Field, isGiven, under } from './field.ts'
import { bothLevels, type ContainerScope } from './scope.ts'
import {
  byDefault,
  conflict,
  impliedBy,
  info,
  type Note,
  type Place,
  type Setting,
  settle,
  withNotes,
} from './setting.ts'

const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/'
const APP_ARMOR_CONTAINER = 'container.apparmor.security.beta.kubernetes.io/'

export const profileMessages = defineMessages('effective-profile', {
  seccompDefault: {
    en: () => 'RuntimeDefault where the kubelet runs with seccompDefault: true, which the pod cannot tell.',
    ko: () => 'kubelet의 seccompDefault가 true이면 RuntimeDefault입니다. 파드만 보아서는 알 수 없습니다.',
  },
  seccompAnnotation: {
    en: ({ key }: { key: string }) =>
      `The annotation ${key} counts for nothing since Kubernetes v1.27; use seccompProfile.`,
    ko: ({ key }: { key: string }) =>
      `어노테이션 ${withParticle(key, '은/는')} 쿠버네티스 v1.27부터 효과가 없습니다. seccompProfile을 써야 합니다.`,
  },
  noSeccompWhenPrivileged: {
    en: () => 'privileged: true runs without a seccomp filter, whatever seccompProfile says.',
    ko: () => 'privileged: true이면 seccompProfile과 상관없이 seccomp 필터 없이 실행됩니다.',
  },
  seccompFile: {
    en: () => 'The file is looked for in /var/lib/kubelet/seccomp on the node.',
    ko: () => '노드의 /var/lib/kubelet/seccomp 아래에서 파일을 찾습니다.',
  },
  appArmorDefault: {
    en: () => 'On a node with AppArmor the runtime applies its default profile; on others there is none.',
    ko: () =>
      'AppArmor가 있는 노드에서는 런타임이 기본 프로파일을 적용합니다. 없는 노드에서는 적용되지 않습니다.',
  },
  appArmorAnnotation: {
    en: () => 'The annotation is deprecated since Kubernetes v1.30; use appArmorProfile.',
    ko: () => '이 어노테이션은 쿠버네티스 v1.30부터 사용 중단되었습니다. appArmorProfile을 써야 합니다.',
  },
  appArmorField: {
    en: () => 'Kubernetes before v1.30 does not know this field and looks at the annotation alone.',
    ko: () => 'v1.30 이전의 쿠버네티스는 이 필드를 모르고 어노테이션만 봅니다.',
  },
  appArmorMismatch: {
    en: ({ key }: { key: string }) =>
      `The annotation ${key} says something else; the API server rejects a pod whose field and annotation differ.`,
    ko: ({ key }: { key: string }) =>
      `어노테이션 ${key}의 값이 다릅니다. 필드와 어노테이션이 다른 파드는 API 서버가 거부합니다.`,
  },
  appArmorBadAnnotation: {
    en: ({ value }: { value: string }) =>
      `The annotation's value "${value}" is none of runtime/default, unconfined, localhost/NAME.`,
    ko: ({ value }: { value: string }) =>
      `어노테이션 값 ${withParticle(`"${value}"`, '은/는')} runtime/default, unconfined, localhost/NAME 중 어느 것도 아닙니다.`,
  },
  noAppArmorWhenPrivileged: {
    en: () => 'privileged: true runs without the default profile; containerd still applies a Localhost one.',
    ko: () =>
      'privileged: true이면 기본 프로파일 없이 실행됩니다. 다만 containerd는 Localhost 프로파일은 적용합니다.',
  },
})

/**
 * "The seccomp options to use by this container. If seccomp options are provided at both the pod & container
 * level, the container options override the pod options." (API reference, SecurityContext)
 */
export function seccompOf(scope: ContainerScope, privileged: Setting<boolean>): Setting<SecurityProfile> {
  const { make } = profileMessages
  // "It is not possible to apply a seccomp profile to a Pod or container running with privileged: true set in the
  // container's securityContext. Privileged containers always run as Unconfined." (Seccomp and Kubernetes)
  if (privileged.value)
    return impliedBy(privileged, { type: 'Unconfined' }, info(make.noSeccompWhenPrivileged({})))
  const seccomp = settle<SecurityProfile>(
    profile,
    bothLevels(scope, 'seccompProfile'),
    byDefault('kubernetes', { type: 'Unconfined' }, info(make.seccompDefault({}))),
  )
  const file = seccomp.value.type === 'Localhost' ? [info(make.seccompFile({}))] : []
  return withNotes(seccomp, ...file, ...deadSeccompAnnotations(scope))
}

/**
 * The kubelet takes the container's field, then the container's annotation (which the API server copies into the
 * field of pods that it creates), then the pod's field.
 */
export function appArmorOf(scope: ContainerScope, privileged: Setting<boolean>): Setting<SecurityProfile> {
  const { make } = profileMessages
  const [own, ofPod] = bothLevels(scope, 'appArmorProfile')
  const annotation = under(scope.annotations, APP_ARMOR_CONTAINER + scope.name)
  const readable = annotated(annotation) !== undefined
  const places: Place[] = [
    ...(own === undefined ? [] : [own]),
    ...(readable ? [{ from: 'annotation' as const, field: annotation }] : []),
    ...(ofPod === undefined ? [] : [ofPod]),
  ]
  const given = settle<SecurityProfile>(
    (field) => (field === annotation ? annotated(field) : profile(field)),
    places,
    byDefault('runtime', { type: 'RuntimeDefault' }, info(make.appArmorDefault({}))),
  )
  const setting = withNotes(given, ...appArmorNotes(given, annotation))
  const stays = setting.value.type === 'Localhost' && scope.runtime === 'containerd'
  if (!privileged.value || stays) return setting
  return impliedBy(privileged, { type: 'Unconfined' }, info(make.noAppArmorWhenPrivileged({})))
}

function appArmorNotes({ source, value }: Setting<SecurityProfile>, annotation: Field): readonly Note[] {
  const { make } = profileMessages
  const text = asText(annotation)
  const said = annotated(annotation)
  const notes: Note[] = []
  if (source.from === 'annotation') notes.push(info(make.appArmorAnnotation({})))
  else if (source.from === 'container' || source.from === 'pod') notes.push(info(make.appArmorField({})))
  if (text !== undefined && said === undefined)
    notes.push(conflict(make.appArmorBadAnnotation({ value: text })))
  else if (
    said !== undefined &&
    (said.type !== value.type || said.localhostProfile !== value.localhostProfile)
  )
    notes.push(conflict(make.appArmorMismatch({ key: String(annotation.path.at(-1)) })))
  return notes
}

/** Annotations that chose the profile before seccompProfile; the API server and the kubelet read them up to v1.26. */
function deadSeccompAnnotations({ annotations, name }: ContainerScope): readonly Note[] {
  return [SECCOMP_CONTAINER + name, SECCOMP_POD]
    .filter((key) => isGiven(under(annotations, key)))
    .map((key) => conflict(profileMessages.make.seccompAnnotation({ key })))
}

function profile(field: Field): SecurityProfile | undefined {
  const type = asText(under(field, 'type'))
  if (type === undefined) return undefined
  const localhostProfile = asText(under(field, 'localhostProfile'))
  return localhostProfile === undefined ? { type } : { type, localhostProfile }
}

/** The three forms of an AppArmor annotation's value; others count as none. */
function annotated(field: Field): SecurityProfile | undefined {
  const text = asText(field)
  if (text === 'runtime/default') return { type: 'RuntimeDefault' }
  if (text === 'unconfined') return { type: 'Unconfined' }
  if (!text?.startsWith('localhost/')) return undefined
  return { type: 'Localhost', localhostProfile: text.slice('localhost/'.length) }
}
