import { type Check, type Detection, NO_PLACES, type Remediation } from '../../findings/index.ts'
import type { FieldPath, PodTemplateView } from '../../kubernetes/index.ts'
import { defineMessages, withParticle } from '../../messages/index.ts'
import {
  type AnyContainer,
  type ContainerField,
  containerPath,
  forEachContainer,
  nameOf,
  specPath,
} from '../containers.ts'
import { setField } from '../patch.ts'
import { windowsPod } from '../windows.ts'

interface Data {
  readonly container: string
}

interface WindowsData extends Data {
  readonly user: string
}

const messages = defineMessages('runs-as-root', {
  root: {
    en: ({ container }: Data) => `container "${container}" runs as root: its effective runAsUser is 0`,
    ko: ({ container }: Data) =>
      `컨테이너 "${container}"의 유효한 runAsUser가 0이므로 root 사용자로 실행됩니다`,
  },
  'image-decides': {
    en: ({ container }: Data) =>
      `nothing keeps container "${container}" from running as root: runAsNonRoot and runAsUser are unset, so the image's user applies`,
    ko: ({ container }: Data) =>
      `컨테이너 "${container}"에 runAsNonRoot와 runAsUser가 모두 없어 이미지에 지정된 사용자로 실행됩니다. 그 사용자가 root여도 막지 못합니다`,
  },
  'user-namespace': {
    en: ({ container }: Data) =>
      `container "${container}" runs as root inside a user namespace (hostUsers: false): root in the container, an unprivileged user on the node`,
    ko: ({ container }: Data) =>
      `${withParticle(`컨테이너 "${container}"`, '은/는')} 사용자 네임스페이스(hostUsers: false) 안에서 root로 실행됩니다. 컨테이너 안에서는 root이고 노드에서는 권한 없는 사용자입니다`,
  },
  refused: {
    en: ({ container }: Data) =>
      `container "${container}" will not start: runAsUser is 0 while runAsNonRoot is true`,
    ko: ({ container }: Data) =>
      `${withParticle(`컨테이너 "${container}"`, '은/는')} runAsNonRoot가 true인데 runAsUser가 0이므로 시작되지 않습니다`,
  },
  'windows-administrator': {
    en: ({ container, user }: WindowsData) =>
      `container "${container}" runs as ${user}, which has all rights in a Windows container, as root has on Linux`,
    ko: ({ container, user }: WindowsData) =>
      `${withParticle(`컨테이너 "${container}"`, '은/는')} ${user} 사용자로 실행됩니다. 리눅스의 root처럼 윈도우 컨테이너 안의 모든 권한을 가진 사용자입니다`,
  },
  'windows-refused': {
    en: ({ container, user }: WindowsData) =>
      `container "${container}" will not start: its user is ${user} while runAsNonRoot is true`,
    ko: ({ container, user }: WindowsData) =>
      `${withParticle(`컨테이너 "${container}"`, '은/는')} runAsNonRoot가 true인데 사용자가 ${user}이므로 시작되지 않습니다`,
  },
  'windows-remedy': {
    en: () =>
      `Run as ContainerUser, or as a user of your own image; the program must be able to work as that user.`,
    ko: () =>
      'ContainerUser나 이미지에 있는 일반 사용자로 실행합니다. 프로그램이 그 사용자로 동작할 수 있어야 합니다.',
  },
  remedy: {
    en: () =>
      'Run as a user of your own image; files that the process reads and volumes it writes must allow that user.',
    ko: () =>
      '이미지에 있는 일반 사용자로 실행합니다. 프로세스가 읽는 파일과 쓰는 볼륨이 그 사용자에게 허용되어야 합니다.',
  },
})

/** Any UID but 0 would do; high ones do not meet those of the node's own users. */
const EXAMPLE_UID = 10001

/** High: root in the container is one kernel or runtime flaw away from root on the node. */
export const runsAsRoot: Check = {
  id: 'runs-as-root',
  severity: 'high',
  title: { en: 'Container runs as root', ko: 'root로 실행되는 컨테이너' },
  messages,
  references: [
    'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
    'https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/',
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/',
  ],
  run({ pod }, report, places = NO_PLACES) {
    if (pod === undefined) return
    const { spec } = pod
    const podUser = spec.securityContext?.runAsUser
    const podNonRoot = spec.securityContext?.runAsNonRoot
    forEachContainer(spec, (container, field, index) => {
      if (reportAdministrator(pod, container, field, index, report)) return
      // "Field values of container.securityContext take precedence over field values of PodSecurityContext."
      const user = container.securityContext?.runAsUser ?? podUser
      const nonRoot = container.securityContext?.runAsNonRoot ?? podNonRoot
      if (user === undefined ? nonRoot === true : user !== 0) return
      // On Windows neither user IDs nor root exist (concepts/windows/intro).
      if (windowsPod(spec) !== undefined) return
      // The image's user is unknown, and in a user namespace even root has no power over the node.
      if (user === undefined && spec.hostUsers === false) return
      const place = places.container(field, index)
      const data = { container: nameOf(container) }
      const given = container.securityContext && JSON.stringify(container.securityContext)
      const number = user === undefined ? 0 : nonRoot === true ? 1 : spec.hostUsers === false ? 2 : 3
      const found = place.recall(number, given, data, () =>
        user === undefined
          ? imageDecides(pod, container, field, index)
          : runsAsUser(pod, container, field, index, nonRoot === true),
      )
      if (found !== undefined) report(found)
    })
  },
}

/**
 * concepts/windows/intro, on runAsNonRoot: it "will prevent containers from running as ContainerAdministrator which is
 * the closest equivalent to a root user on Windows". Names of Windows users know no case.
 *
 * @returns whether the container is named such a user
 */
function reportAdministrator(
  pod: PodTemplateView,
  container: AnyContainer,
  field: ContainerField,
  index: number,
  report: Parameters<Check['run']>[1],
): boolean {
  const { securityContext, os } = pod.spec
  const own = container.securityContext?.windowsOptions?.runAsUserName
  const user = own ?? securityContext?.windowsOptions?.runAsUserName
  if (typeof user !== 'string' || os?.name === 'linux') return false
  if (!/^(?:.*\\)?(?:Container)?Administrator$/i.test(user)) return false
  const names = ['securityContext', 'windowsOptions', 'runAsUserName']
  const path = own === undefined ? specPath(pod, ...names) : containerPath(pod, field, index, ...names)
  const data = { container: nameOf(container), user }
  const patch = [setField(container, containerPath(pod, field, index), names, 'ContainerUser')]
  const remediation = { message: messages.make['windows-remedy']({}), patch, safe: false }
  const nonRoot = container.securityContext?.runAsNonRoot ?? securityContext?.runAsNonRoot
  // The kubelet takes this one name, in any case, for root (security context of the container, Windows).
  if (nonRoot === true && user.toLowerCase() === 'containeradministrator')
    report({ path, message: messages.make['windows-refused'](data), severity: 'low', remediation })
  else report({ path, message: messages.make['windows-administrator'](data), remediation })
  return true
}

function imageDecides(
  pod: PodTemplateView,
  container: AnyContainer,
  field: ContainerField,
  index: number,
): Detection {
  return {
    path: containerPath(pod, field, index, 'securityContext'),
    message: messages.make['image-decides']({ container: nameOf(container) }),
    severity: 'medium',
    remediation: remedy(pod, container, field, index, false),
  }
}

function runsAsUser(
  pod: PodTemplateView,
  container: AnyContainer,
  field: ContainerField,
  index: number,
  isRefused: boolean,
): Detection {
  const data = { container: nameOf(container) }
  const path = userPath(pod, container, field, index)
  const remediation = remedy(pod, container, field, index, true)
  // API reference, PodSecurityContext.runAsNonRoot: "If true, the Kubelet will validate the image at runtime to
  // ensure that it does not run as UID 0 (root) and fail to start the container if it does."
  if (isRefused) return { path, message: messages.make.refused(data), severity: 'low', remediation }
  // concepts/workloads/pods/user-namespaces: "a process running as root in a container can run as a different
  // (non-root) user in the host".
  if (pod.spec.hostUsers === false)
    return { path, message: messages.make['user-namespace'](data), severity: 'low', remediation }
  return { path, message: messages.make.root(data), remediation }
}

/** Where the user ID that applies is written. */
function userPath(
  pod: PodTemplateView,
  container: AnyContainer,
  field: ContainerField,
  index: number,
): FieldPath {
  if (container.securityContext?.runAsUser !== undefined)
    return containerPath(pod, field, index, 'securityContext', 'runAsUser')
  return specPath(pod, 'securityContext', 'runAsUser')
}

/** Not safe: whether the image's program works as another user is not in the manifest. */
function remedy(
  pod: PodTemplateView,
  container: AnyContainer,
  field: ContainerField,
  index: number,
  changeUser: boolean,
): Remediation {
  const path = containerPath(pod, field, index)
  const message = messages.make.remedy({})
  if (!changeUser) {
    const patch = [setField(container, path, ['securityContext', 'runAsNonRoot'], true)]
    return { message, patch, safe: false }
  }
  if (container.securityContext === undefined) {
    const value = { runAsNonRoot: true, runAsUser: EXAMPLE_UID }
    return { message, patch: [setField(container, path, ['securityContext'], value)], safe: false }
  }
  const patch = [
    setField(container, path, ['securityContext', 'runAsNonRoot'], true),
    setField(container, path, ['securityContext', 'runAsUser'], EXAMPLE_UID),
  ]
  return { message, patch, safe: false }
}
