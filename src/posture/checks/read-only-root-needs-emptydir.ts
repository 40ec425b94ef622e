import type { Check, PatchOperation } from '../../findings/index.ts'
import type { PodTemplateView } from '../../kubernetes/index.ts'
import { defineMessages, withParticle } from '../../messages/index.ts'
import {
  type AnyContainer,
  type ContainerField,
  containerPath,
  forEachContainer,
  forEachRecord,
  nameOf,
  specPath,
} from '../containers.ts'
import { imageReferenceOf } from '../image-reference.ts'
import {
  DOCKER_HUB_MIRRORS,
  WRITING_IMAGES,
  type WritePath,
  type WritingImage,
} from '../image-write-paths.ts'
import { appendItems } from '../patch.ts'
import { isWithin, normalizePath } from '../paths.ts'

interface Data {
  readonly container: string
  readonly image: string
  readonly paths: readonly string[]
}

const messages = defineMessages('read-only-root-needs-emptydir', {
  missing: {
    en: ({ container, image, paths }: Data) =>
      `container "${container}" has a read-only root filesystem, but image "${image}" writes to ${paths.join(', ')}, where no writable volume is mounted`,
    ko: ({ container, image, paths }: Data) =>
      `컨테이너 "${container}"의 루트 파일시스템은 읽기 전용인데, ${withParticle(`이미지 "${image}"`, '이/가')} 쓰는 경로 ${paths.join(', ')}에 쓰기 가능한 볼륨이 마운트되어 있지 않습니다`,
  },
  'image-volume': {
    en: ({ container, image, paths }: Data) =>
      `image "${image}" of container "${container}" writes to ${paths.join(', ')}, which only some container runtimes make writable under a read-only root filesystem`,
    ko: ({ container, image, paths }: Data) =>
      `컨테이너 "${container}"의 ${withParticle(`이미지 "${image}"`, '이/가')} 쓰는 경로 ${paths.join(', ')}에 볼륨이 없습니다. 루트 파일시스템이 읽기 전용일 때 이 경로를 쓰기 가능하게 해 주는 컨테이너 런타임은 일부뿐입니다`,
  },
  remedy: {
    en: () =>
      'Mount an emptyDir on each of these paths; take a persistent volume for data that must be kept.',
    ko: () => '각 경로에 emptyDir를 마운트합니다. 보존해야 하는 데이터라면 퍼시스턴트볼륨을 사용합니다.',
  },
})

/** Medium: the container fails as soon as it writes, and the fix at hand is to give the read-only root up again. */
export const readOnlyRootNeedsEmptydir: Check = {
  id: 'read-only-root-needs-emptydir',
  severity: 'medium',
  title: {
    en: 'Read-only root filesystem without a volume where the image writes',
    ko: '이미지가 쓰는 경로에 볼륨이 없는 읽기 전용 루트 파일시스템',
  },
  messages,
  references: [
    'https://kubernetes.io/docs/concepts/storage/volumes/#emptydir',
    'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  ],
  run({ pod }, report) {
    if (pod === undefined) return
    const hasVolumes = Array.isArray(pod.spec.volumes)
    let listAdded = false
    forEachContainer(pod.spec, (container, field, index) => {
      if (container.securityContext?.readOnlyRootFilesystem !== true) return
      const known = writingImage(container)
      if (known === undefined) return
      const missing: string[] = []
      const volumes: string[] = []
      let keeps = false
      for (const written of known.paths) {
        const path = effectivePath(container, written)
        if (path === undefined || isMounted(container, path)) continue
        ;(written.imageVolume === true ? volumes : missing).push(path)
        keeps ||= written.keeps === true && written.imageVolume !== true
      }
      const path = containerPath(pod, field, index, 'securityContext', 'readOnlyRootFilesystem')
      const data = { container: nameOf(container), image: container.image ?? '' }
      if (missing.length > 0) {
        report({
          path,
          message: messages.make.missing({ ...data, paths: missing }),
          remediation: {
            message: messages.make.remedy({}),
            patch: mountPatch(pod, container, field, index, missing),
            // Safe: an emptyDir is accepted wherever pods are, all users may write to it, and these directories
            // hold nothing in the image that it could hide. Not so for data to be kept; and only one patch of a
            // pod may bring the list of volumes itself, as the next one would replace it.
            safe: !keeps && (hasVolumes || !listAdded) && field !== 'ephemeralContainers',
          },
        })
        listAdded = true
      }
      if (volumes.length > 0) {
        report({
          path,
          message: messages.make['image-volume']({ ...data, paths: volumes }),
          severity: 'low',
          remediation: {
            message: messages.make.remedy({}),
            patch: mountPatch(pod, container, field, index, volumes),
            // Not safe: an emptyDir is emptied with the pod, and this is where the program keeps its data.
            safe: false,
          },
        })
      }
    })
  },
}

/** What is known about the container's image, where the container runs the image's own program. */
function writingImage(container: AnyContainer): WritingImage | undefined {
  const reference = typeof container.image === 'string' ? imageReferenceOf(container.image) : undefined
  if (reference === undefined) return undefined
  let name = `${reference.domain}/${reference.repository}`
  for (const mirror of DOCKER_HUB_MIRRORS)
    if (name.startsWith(mirror)) name = `docker.io/${name.slice(mirror.length)}`
  const known = WRITING_IMAGES.get(name)
  if (known === undefined) return undefined
  if (known.variant !== undefined && !(reference.tag ?? '').includes(known.variant)) return undefined
  return runsProgram(container, known) ? known : undefined
}

/**
 * tasks/inject-data-application/define-command-argument-container: a command replaces the image's entrypoint,
 * args its arguments. The entrypoints of these images run the program when the first argument is an option.
 */
function runsProgram({ command, args }: AnyContainer, { programs }: WritingImage): boolean {
  const words: unknown[] = []
  if (Array.isArray(command)) words.push(...command)
  if (Array.isArray(args)) words.push(...args)
  if (words.length === 0) return true
  const replaced = Array.isArray(command) && command.length > 0
  if (!replaced && String(words[0]).startsWith('-')) return true
  return words.some((word) =>
    String(word)
      .split(/[\s;&|]+/)
      .some((part) => programs.includes(part.slice(part.lastIndexOf('/') + 1))),
  )
}

/** The path, or where an environment variable moves it; undefined where the variable's value is not known. */
function effectivePath(container: AnyContainer, { path, variable }: WritePath): string | undefined {
  let effective: string | undefined = path
  if (variable === undefined) return effective
  forEachRecord<{ name?: unknown; value?: unknown }>(container.env, ({ name, value }) => {
    if (name !== variable) return
    effective = typeof value === 'string' && value.startsWith('/') ? normalizePath(value) : undefined
  })
  return effective
}

function isMounted(container: AnyContainer, path: string): boolean {
  let mounted = false
  forEachRecord<{ mountPath?: unknown; readOnly?: unknown }>(
    container.volumeMounts,
    ({ mountPath, readOnly }) => {
      if (typeof mountPath !== 'string' || readOnly === true) return
      mounted ||= isWithin(path, normalizePath(mountPath))
    },
  )
  return mounted
}

/** One emptyDir a path, named after the container and the path, as volume names are unique in a pod. */
function mountPatch(
  pod: PodTemplateView,
  container: AnyContainer,
  field: ContainerField,
  index: number,
  paths: readonly string[],
): PatchOperation[] {
  const taken = new Set<unknown>()
  forEachRecord<{ name?: unknown }>(pod.spec.volumes, ({ name }) => taken.add(name))
  const names = paths.map((path) => {
    // A volume's name is a DNS label: lower case, digits and dashes, at most 63 characters (RFC 1123).
    const base = `${nameOf(container)}${path}`
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, 60)
      .replace(/-$/, '')
    let name = base
    for (let suffix = 2; taken.has(name); suffix++) name = `${base}-${suffix}`
    taken.add(name)
    return name
  })
  const volumes = names.map((name) => ({ name, emptyDir: {} }))
  const mounts = names.map((name, at) => ({ name, mountPath: paths[at] }))
  const mountsPath = containerPath(pod, field, index, 'volumeMounts')
  return [
    ...appendItems(pod.spec.volumes, specPath(pod, 'volumes'), volumes),
    ...appendItems(container.volumeMounts, mountsPath, mounts),
  ]
}
