import { defineMessages } from '../../messages/index.ts'
import type { EffectiveMount, EffectivePod } from './effective-pod.ts'
import { asBoolean, asText, type Field, items, under } from './field.ts'
import type { ContainerScope } from './scope.ts'
import { byDefault, conflict, impliedBy, info, type Setting, settle, withNotes } from './setting.ts'
import {
  isAlwaysReadOnly,
  outlivesThePod,
  ownershipSupport,
  readOnlySource,
  type Volume,
} from './volume-types.ts'

export const mountMessages = defineMessages('effective-mounts', {
  noSuchVolume: {
    en: ({ name }: { name: string }) => `The pod has no volume ${name}; the API server rejects it.`,
    ko: ({ name }: { name: string }) => `파드에 ${name} 볼륨이 없습니다. API 서버가 거부합니다.`,
  },
  alwaysReadOnly: {
    en: ({ type }: { type: string }) => `A ${type} volume is read-only whatever the mount says.`,
    ko: ({ type }: { type: string }) => `${type} 볼륨은 마운트 설정과 상관없이 읽기 전용입니다.`,
  },
  submounts: {
    en: () =>
      'File systems mounted below this path of the node stay writable, unless recursiveReadOnly says otherwise.',
    ko: () =>
      'recursiveReadOnly를 지정하지 않으면 노드의 이 경로 아래에 따로 마운트된 파일시스템은 쓸 수 있습니다.',
  },
  hostPath: {
    en: ({ path }: { path: string }) => `${path} of the node; its files keep the owners they have there.`,
    ko: ({ path }: { path: string }) => `노드의 ${path} 경로이며, 파일의 소유자는 노드에서와 같습니다.`,
  },
  noOwnership: {
    en: ({ type }: { type: string }) => `A ${type} volume does not take part in fsGroup ownership.`,
    ko: ({ type }: { type: string }) => `${type} 볼륨에는 fsGroup 소유권이 적용되지 않습니다.`,
  },
  driverDecides: {
    en: () =>
      "The storage driver decides (CSIDriver's fsGroupPolicy; by default fsGroup owns ReadWriteOnce volumes with a file system).",
    ko: () =>
      '스토리지 드라이버가 정합니다(CSIDriver의 fsGroupPolicy. 기본값에서는 파일시스템이 있는 ReadWriteOnce 볼륨을 fsGroup이 소유합니다).',
  },
  setgid: {
    en: () => 'Files belong to this group and are group-writable; new ones inherit it (setgid directory).',
    ko: () =>
      '파일이 이 그룹 소유가 되고 그룹이 쓸 수 있으며, 새 파일도 그룹을 물려받습니다(setgid 디렉터리).',
  },
  groupReadable: {
    en: () => 'Files belong to this group and are group-readable.',
    ko: () => '파일이 이 그룹 소유가 되고 그룹이 읽을 수 있습니다.',
  },
  onRootMismatch: {
    en: () => "Files are left alone if the volume's top directory already has the right group and mode.",
    ko: () => '볼륨 최상위 디렉터리의 그룹과 모드가 이미 맞으면 파일은 건드리지 않습니다.',
  },
})

type FilesGroup = EffectiveMount['filesGroup']

/** The volumes that a container mounts: writable or not, and the group that owns their files. */
export function mountsOf(
  scope: ContainerScope,
  volumes: ReadonlyMap<string, Volume>,
  pod: Pick<EffectivePod, 'fsGroup' | 'fsGroupChangePolicy'>,
): readonly EffectiveMount[] {
  return items(under(scope.container, 'volumeMounts')).flatMap((mount) => {
    const name = asText(under(mount, 'name'))
    if (name === undefined) return []
    const volume = volumes.get(name)
    return [
      {
        volume: name,
        volumeType: volume?.type ?? null,
        mountPath: asText(under(mount, 'mountPath')) ?? '',
        readOnly: readOnlyOf(mount, name, volume),
        filesGroup: filesGroupOf(volume, pod),
      },
    ]
  })
}

/** "Mounted read-only if true, read-write otherwise (false or unspecified). Defaults to false." (API reference, VolumeMount) */
function readOnlyOf(mount: Field, name: string, volume: Volume | undefined): Setting<boolean> {
  const { make } = mountMessages
  const asked = settle(
    asBoolean,
    [{ from: 'container', field: under(mount, 'readOnly') }],
    byDefault<boolean>('kubernetes', false),
  )
  if (volume === undefined) return withNotes(asked, conflict(make.noSuchVolume({ name })))
  if (isAlwaysReadOnly(volume))
    return byDefault<boolean>('kubernetes', true, info(make.alwaysReadOnly({ type: volume.type })))
  const source = readOnlySource(volume)
  if (!asked.value && source !== undefined)
    return { value: true, source: { from: 'pod', path: source.path }, notes: [] }
  // "If this field is not specified, it is treated as an equivalent of Disabled." (recursiveReadOnly)
  const recursive = asText(under(mount, 'recursiveReadOnly')) ?? 'Disabled'
  const open = asked.value && volume.type === 'hostPath' && recursive === 'Disabled'
  return open ? withNotes(asked, info(make.submounts({}))) : asked
}

/**
 * "fsGroup: Volumes that support ownership management are modified to be owned and writable by the GID specified
 * in fsGroup." (Configure a Security Context, Discussion.) "If unset, the Kubelet will not modify the ownership
 * and permissions of any volume."
 */
function filesGroupOf(
  volume: Volume | undefined,
  { fsGroup, fsGroupChangePolicy }: Pick<EffectivePod, 'fsGroup' | 'fsGroupChangePolicy'>,
): FilesGroup {
  const { make } = mountMessages
  const hostPath = volume?.type === 'hostPath' ? asText(under(volume.source, 'path')) : undefined
  if (hostPath !== undefined)
    return byDefault('kubernetes', 'unchanged', info(make.hostPath({ path: hostPath })))
  if (volume === undefined || fsGroup.value === null) return byDefault('kubernetes', 'unchanged')
  const support = ownershipSupport(volume)
  if (support === 'no')
    return byDefault('kubernetes', 'unchanged', info(make.noOwnership({ type: volume.type })))
  const late = outlivesThePod(volume) && fsGroupChangePolicy.value === 'OnRootMismatch'
  const policy = late ? [info(make.onRootMismatch({}))] : []
  if (support === 'depends') return impliedBy(fsGroup, 'depends', info(make.driverDecides({})), ...policy)
  // What the kubelet fills itself it makes readable for the group; the rest is theirs to write.
  const how = isAlwaysReadOnly(volume) ? make.groupReadable({}) : make.setgid({})
  return impliedBy(fsGroup, fsGroup.value, info(how), ...policy)
}
