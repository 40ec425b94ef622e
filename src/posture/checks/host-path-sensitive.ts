import type { Check, Severity } from '../../findings/index.ts'
import type { FieldPath, KubernetesObject, PodSpec } from '../../kubernetes/index.ts'
import { defineMessages, withParticle } from '../../messages/index.ts'
import { forEachContainer, forEachRecord, specPath } from '../containers.ts'
import { HOST_PATH_KINDS, type HostPathKind, hostPathRule } from '../host-paths.ts'

interface Data {
  readonly volume: string
  readonly path: string
  readonly kind: HostPathKind
}

const messages = defineMessages('host-path-sensitive', {
  writable: {
    en: ({ volume, path, kind }: Data) =>
      `volume "${volume}" is ${path} of the node, which ${HOST_PATH_KINDS[kind].en}`,
    ko: ({ volume, path, kind }: Data) =>
      `${withParticle(`볼륨 "${volume}"`, '은/는')} 노드의 ${path} 경로입니다: ${HOST_PATH_KINDS[kind].ko}`,
  },
  'read-only': {
    en: ({ volume, path, kind }: Data) =>
      `volume "${volume}", mounted read-only, is ${path} of the node, which ${HOST_PATH_KINDS[kind].en}`,
    ko: ({ volume, path, kind }: Data) =>
      `읽기 전용으로 마운트된 ${withParticle(`볼륨 "${volume}"`, '은/는')} 노드의 ${path} 경로입니다: ${HOST_PATH_KINDS[kind].ko}`,
  },
  'sub-path': {
    en: ({ volume, path, kind }: Data) =>
      `containers see only a subPath of volume "${volume}", but the volume is ${path} of the node, which ${HOST_PATH_KINDS[kind].en}; an ephemeral container can mount all of it`,
    ko: ({ volume, path, kind }: Data) =>
      `컨테이너에는 subPath만 보이지만 ${withParticle(`볼륨 "${volume}"`, '은/는')} 노드의 ${path} 경로입니다: ${HOST_PATH_KINDS[kind].ko}. 임시 컨테이너는 볼륨 전체를 마운트할 수 있습니다`,
  },
  'persistent-volume': {
    en: ({ path, kind }: Omit<Data, 'volume'>) =>
      `this PersistentVolume is ${path} of the node, which ${HOST_PATH_KINDS[kind].en}; a pod reaches it through a claim, past the Pod Security Standards`,
    ko: ({ path, kind }: Omit<Data, 'volume'>) =>
      `이 퍼시스턴트볼륨은 노드의 ${path} 경로입니다: ${HOST_PATH_KINDS[kind].ko}. 파드는 클레임을 통해 파드 시큐리티 스탠다드를 거치지 않고 이 경로에 접근합니다`,
  },
  remedy: {
    en: () =>
      'Take an emptyDir, a persistent volume or an API instead of the node’s filesystem; where the path is needed, mount the narrowest directory read-only.',
    ko: () =>
      '노드의 파일시스템 대신 emptyDir, 퍼시스턴트볼륨, API를 사용합니다. 꼭 필요하다면 가장 좁은 디렉터리를 읽기 전용으로 마운트합니다.',
  },
})

/** High in general; each path has its own severity, up to critical where it is the node itself. */
export const hostPathSensitive: Check = {
  id: 'host-path-sensitive',
  severity: 'high',
  title: { en: 'Sensitive path of the node mounted', ko: '노드의 민감한 경로 마운트' },
  messages,
  references: [
    'https://kubernetes.io/docs/concepts/storage/volumes/#hostpath',
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
  ],
  run({ object, pod }, report) {
    if (object.kind === 'PersistentVolume' && object.apiVersion === 'v1') {
      const source = persistentVolumeSource(object)
      const rule = source === undefined ? undefined : hostPathRule(source.path)
      if (source === undefined || rule === undefined) return
      const message = messages.make['persistent-volume']({ path: source.path, kind: rule.kind })
      report({
        path: source.at,
        message,
        severity: rule.writable,
        remediation: { message: messages.make.remedy({}), patch: [], safe: false },
      })
      return
    }
    if (pod === undefined) return
    forEachRecord<{ name?: unknown; hostPath?: { path?: unknown } | null }>(
      pod.spec.volumes,
      ({ name, hostPath }, index) => {
        const path = hostPath?.path
        if (typeof path !== 'string') return
        const exposure = exposureOf(pod.spec, String(name ?? ''), path)
        if (exposure === undefined) return
        const { variant, reached, kind, severity } = exposure
        const data = { volume: String(name ?? ''), path: reached, kind }
        report({
          path: specPath(pod, 'volumes', index, 'hostPath', 'path'),
          message: messages.make[variant](data),
          severity,
          remediation: {
            message: messages.make.remedy({}),
            patch: [
              {
                op: 'replace',
                path: specPath(pod, 'volumes', index),
                value: { name: String(name ?? ''), emptyDir: {} },
              },
            ],
            // Not safe: the program finds an empty directory where the node's files were.
            safe: false,
          },
        })
      },
    )
  },
}

interface Exposure {
  readonly variant: 'writable' | 'read-only' | 'sub-path'
  /** The path on the node: the volume's, and within it the mount's subPath. */
  readonly reached: string
  readonly kind: HostPathKind
  readonly severity: Severity
}

const GRAVEST_FIRST: readonly Severity[] = ['critical', 'high', 'medium', 'low']

/**
 * The gravest way in which the pod's containers reach a sensitive path through a volume. A volume that no
 * container mounts counts as mounted: an ephemeral container can do so while the pod runs.
 */
function exposureOf(spec: PodSpec, volume: string, path: string): Exposure | undefined {
  const whole = hostPathRule(path)
  let mounts = 0
  let worst: Exposure | undefined
  forEachContainer(spec, ({ volumeMounts }) => {
    forEachRecord<Mount>(volumeMounts, (mount) => {
      if (mount.name !== volume) return
      mounts++
      const exposure = mountExposure(path, mount)
      if (exposure === undefined) return
      if (
        worst === undefined ||
        GRAVEST_FIRST.indexOf(exposure.severity) < GRAVEST_FIRST.indexOf(worst.severity)
      )
        worst = exposure
    })
  })
  if (worst !== undefined || whole === undefined) return worst
  if (mounts === 0) return { variant: 'writable', reached: path, kind: whole.kind, severity: whole.writable }
  // What is left is mounted read-only and harmless so, or by a subPath that is.
  return whole.readOnly === undefined
    ? undefined
    : { variant: 'sub-path', reached: path, kind: whole.kind, severity: 'low' }
}

interface Mount {
  readonly name?: unknown
  readonly readOnly?: unknown
  readonly recursiveReadOnly?: unknown
  readonly subPath?: unknown
}

function mountExposure(path: string, mount: Mount): Exposure | undefined {
  const hasSubPath = typeof mount.subPath === 'string' && mount.subPath !== ''
  const reached = hasSubPath ? `${path.replace(/\/$/, '')}/${mount.subPath}` : path
  const rule = hostPathRule(reached)
  if (rule === undefined) return undefined
  if (mount.readOnly !== true)
    return { variant: 'writable', reached, kind: rule.kind, severity: rule.writable }
  // concepts/storage/volumes: "a read-only mount is not recursively read-only by default": under the root the
  // node's other filesystems stay writable.
  const recursive = mount.recursiveReadOnly === 'Enabled'
  const severity = rule.kind === 'root' && !recursive ? rule.writable : rule.readOnly
  return severity === undefined ? undefined : { variant: 'read-only', reached, kind: rule.kind, severity }
}

/** The node's path that a PersistentVolume is, by its `hostPath` or `local` source. */
function persistentVolumeSource(
  object: KubernetesObject,
): { readonly path: string; readonly at: FieldPath } | undefined {
  const spec = object['spec'] as
    | { [source: string]: { path?: unknown } | null | undefined }
    | null
    | undefined
  for (const source of ['hostPath', 'local']) {
    const path = spec?.[source]?.path
    if (typeof path === 'string') return { path, at: ['spec', source, 'path'] }
  }
  return undefined
}
