import { CAPABILITIES } from '../../kubernetes/index.ts'
import { defineMessages, withParticle } from '../../messages/index.ts'
import { DEFAULT_CAPABILITIES } from './default-capabilities.ts'
import type { CapabilitySets } from './effective-pod.ts'
import { asTexts, isGiven, under } from './field.ts'
import type { ContainerScope, Runtime } from './scope.ts'
import { byDefault, conflict, impliedBy, info, type Note, type Setting } from './setting.ts'

export const capabilityMessages = defineMessages('effective-capabilities', {
  impliedByPrivileged: {
    en: () => 'privileged: true gives all of them; add and drop are not looked at.',
    ko: () => 'privileged: true는 전부를 줍니다. add와 drop은 보지 않습니다.',
  },
  otherRuntime: {
    en: ({ runtime, without, extra }: { runtime: Runtime; without: string; extra: string }) =>
      `${runtime} keeps ${extra === '' ? `the same without ${without}` : `${extra} as well`}.`,
    ko: ({ runtime, without, extra }: { runtime: Runtime; without: string; extra: string }) =>
      extra === ''
        ? `${withParticle(runtime, '은/는')} 여기서 ${withParticle(without, '을/를')} 뺀 나머지만 남깁니다.`
        : `${withParticle(runtime, '은/는')} ${extra}도 남깁니다.`,
  },
  nonRoot: {
    en: () =>
      'A user other than root starts with none of them (Kubernetes sets no ambient capabilities); they bound what a setuid program or file capability can give.',
    ko: () =>
      'root가 아닌 사용자는 아무 기능 없이 시작합니다(쿠버네티스는 ambient capability를 설정하지 않습니다). 이 목록은 setuid 프로그램이나 파일 capability로 얻을 수 있는 상한입니다.',
  },
  nonRootForGood: {
    en: () =>
      'A user other than root starts with none of them (Kubernetes sets no ambient capabilities), and no_new_privs keeps it so.',
    ko: () =>
      'root가 아닌 사용자는 아무 기능 없이 시작하고(쿠버네티스는 ambient capability를 설정하지 않습니다), no_new_privs 때문에 나중에 얻지도 못합니다.',
  },
  unknownUser: {
    en: () => 'The process has them only if the image runs as root.',
    ko: () => '이미지가 root로 실행될 때에만 프로세스가 이 기능들을 갖습니다.',
  },
  inUserNamespace: {
    en: () => "They hold inside the pod's user namespace only, not on the node.",
    ko: () => '파드의 사용자 네임스페이스 안에서만 유효하고 노드에는 미치지 않습니다.',
  },
  prefixed: {
    en: ({ name }: { name: string }) =>
      `containerd puts CAP_ before every name: ${name} becomes unknown and counts for nothing. Leave CAP_ out.`,
    ko: ({ name }: { name: string }) =>
      `containerd는 이름 앞에 CAP_를 붙이므로 ${withParticle(name, '은/는')} 모르는 이름이 되어 효과가 없습니다. CAP_를 빼야 합니다.`,
  },
  unknown: {
    en: ({ name }: { name: string }) => `${name} is no Linux capability.`,
    ko: ({ name }: { name: string }) => `${withParticle(name, '은/는')} 리눅스 기능(capability)이 아닙니다.`,
  },
})

/** What else of the container decides its capabilities. */
export interface CapabilityContext {
  readonly privileged: Setting<boolean>
  readonly user: Setting<number | null>
  readonly noNewPrivileges: Setting<boolean>
  readonly hostUsers: Setting<boolean>
}

/**
 * "The capabilities to add/drop when running containers. Defaults to the default set of capabilities granted by
 * the container runtime." (API reference, SecurityContext)
 */
export function capabilitiesOf(scope: ContainerScope, context: CapabilityContext): Setting<CapabilitySets> {
  const { make } = capabilityMessages
  const { privileged, user, noNewPrivileges, hostUsers } = context
  const notes: Note[] = []
  if (user.value === null) notes.push(info(make.unknownUser({})))
  else if (user.value !== 0)
    notes.push(info(noNewPrivileges.value ? make.nonRootForGood({}) : make.nonRoot({})))
  if (!hostUsers.value) notes.push(info(make.inUserNamespace({})))
  const setsFrom = (bounding: readonly string[]): CapabilitySets => ({
    bounding,
    effective: bounding.length === 0 || user.value === 0 ? bounding : user.value === null ? null : [],
  })

  if (privileged.value)
    return impliedBy(privileged, setsFrom(CAPABILITIES), info(make.impliedByPrivileged({})), ...notes)
  const field = under(scope.containerSecurity, 'capabilities')
  const add = namesIn(asTexts(under(field, 'add')), scope.runtime)
  const drop = namesIn(asTexts(under(field, 'drop')), scope.runtime)
  const bounding = keep(scope.runtime, add.names, drop.names)
  const about = [
    ...[...add.notes, ...drop.notes],
    ...defaultsNote(scope.runtime, add.names, drop.names),
    ...(bounding.length > 0 ? notes : []),
  ]
  return isGiven(field)
    ? { value: setsFrom(bounding), source: { from: 'container', path: field.path }, notes: about }
    : byDefault('runtime', setsFrom(bounding), ...about)
}

/**
 * Both runtimes agree: ALL comes first, and beats single names on the other side only as far as those do not
 * speak again; of two ALL drop wins; single adds come before single drops. (ALL is all that the runtime itself
 * has: on an ordinary node every one, on a node that is a container itself perhaps fewer.)
 */
function keep(runtime: Runtime, add: ReadonlySet<string>, drop: ReadonlySet<string>): readonly string[] {
  const start = drop.has('ALL') ? [] : add.has('ALL') ? CAPABILITIES : DEFAULT_CAPABILITIES[runtime]
  const kept = new Set([...start, ...add])
  return CAPABILITIES.filter((name) => kept.has(name) && !drop.has(name))
}

/** How the other runtime's result differs, where the runtime's defaults come into it. */
function defaultsNote(
  runtime: Runtime,
  add: ReadonlySet<string>,
  drop: ReadonlySet<string>,
): readonly Note[] {
  const other: Runtime = runtime === 'containerd' ? 'cri-o' : 'containerd'
  const here = keep(runtime, add, drop)
  const there = keep(other, add, drop)
  const without = here.filter((name) => !there.includes(name)).join(', ')
  const extra = there.filter((name) => !here.includes(name)).join(', ')
  if (without === '' && extra === '') return []
  return [info(capabilityMessages.make.otherRuntime({ runtime: other, without, extra }))]
}

/**
 * "Linux capability constants have the form CAP_XXX. But when you list capabilities in your container manifest,
 * you must omit the CAP_ portion of the constant." (Configure a Security Context.) CRI-O forgives the prefix.
 */
function namesIn(
  given: readonly string[],
  runtime: Runtime,
): { readonly names: ReadonlySet<string>; readonly notes: readonly Note[] } {
  const names = new Set<string>()
  const notes: Note[] = []
  for (const text of given) {
    const name = text.toUpperCase()
    const bare = name.startsWith('CAP_') ? name.slice(4) : name
    if (bare !== 'ALL' && !CAPABILITIES.includes(bare))
      notes.push(conflict(capabilityMessages.make.unknown({ name: text })))
    else if (bare !== name && runtime === 'containerd')
      notes.push(conflict(capabilityMessages.make.prefixed({ name: text })))
    else names.add(bare)
  }
  return { names, notes }
}
