import type { Severity } from '../findings/index.ts'
import type { Localized } from '../messages/index.ts'
import { normalizePath } from './paths.ts'

/** Why a path of the node matters. */
export type HostPathKind = keyof typeof HOST_PATH_KINDS

/** What somebody who has the path has; completes "which …". */
export const HOST_PATH_KINDS = {
  root: { en: 'is the whole filesystem of the node', ko: '노드의 파일시스템 전체' },
  runtime: {
    en: 'is where the container runtime takes orders: whoever reaches it can start privileged containers',
    ko: '컨테이너 런타임이 명령을 받는 소켓이 있는 곳(접근하면 특권 컨테이너를 띄울 수 있음)',
  },
  'control-plane': {
    en: 'holds credentials or data of the control plane',
    ko: '컨트롤 플레인의 크리덴셜이나 데이터가 있는 곳',
  },
  kubelet: {
    en: "holds the kubelet's credentials and the Secrets of all pods on the node",
    ko: 'kubelet의 크리덴셜과 노드에 있는 모든 파드의 시크릿이 있는 곳',
  },
  'kubelet-plugins': {
    en: 'is where the kubelet finds device and storage plugins',
    ko: 'kubelet이 디바이스·스토리지 플러그인을 찾는 곳',
  },
  containers: {
    en: 'holds images and filesystems of all containers on the node',
    ko: '노드에 있는 모든 컨테이너의 이미지와 파일시스템이 있는 곳',
  },
  configuration: {
    en: "holds the node's configuration: users, SSH, scheduled commands",
    ko: '노드의 사용자, SSH, 예약 작업 같은 설정이 있는 곳',
  },
  network: {
    en: 'holds network plugins, which the node runs as root',
    ko: '노드가 root로 실행하는 네트워크 플러그인이 있는 곳',
  },
  home: { en: "holds users' files, SSH keys among them", ko: 'SSH 키를 비롯한 노드 사용자의 파일이 있는 곳' },
  kernel: { en: 'is the interface to the kernel of the node', ko: '노드 커널의 인터페이스' },
  devices: { en: 'gives access to devices of the node', ko: '노드의 디바이스에 접근하는 경로' },
  programs: {
    en: 'holds programs and libraries that the node runs',
    ko: '노드가 실행하는 프로그램과 라이브러리가 있는 곳',
  },
  boot: { en: 'holds the kernel and boot loader of the node', ko: '노드의 커널과 부트로더가 있는 곳' },
  logs: {
    en: 'holds the logs of the node and its pods; links made there lead the kubelet to other files',
    ko: '노드와 파드의 로그가 있는 곳(심볼릭 링크로 kubelet이 다른 파일을 읽게 만들 수 있음)',
  },
  services: {
    en: 'lets the container control services of the node',
    ko: '노드의 서비스를 제어할 수 있는 곳',
  },
  schedule: {
    en: 'holds commands that the node runs as root',
    ko: '노드가 root로 실행하는 예약 작업이 있는 곳',
  },
} as const satisfies Record<string, Localized>

/** How grave it is to have a path: writable, and where all mounts of it are read-only. */
export interface HostPathRule {
  readonly kind: HostPathKind
  readonly writable: Severity
  /** Undefined: reading does no harm. A socket takes orders through a read-only mount as well. */
  readonly readOnly: Severity | undefined
}

const rule = (kind: HostPathKind, writable: Severity, readOnly?: Severity): HostPathRule => ({
  kind,
  writable,
  readOnly,
})

/** Each rule but that of `/` holds for the path and all below, up to the next rule. Paths are normalised: /run for /var/run. */
const RULES: ReadonlyMap<string, HostPathRule> = new Map([
  ['/', rule('root', 'critical', 'high')],

  ['/run/docker.sock', rule('runtime', 'critical', 'critical')],
  ['/run/docker', rule('runtime', 'critical', 'critical')],
  ['/run/containerd', rule('runtime', 'critical', 'critical')],
  ['/run/crio', rule('runtime', 'critical', 'critical')],
  ['/run/cri-dockerd.sock', rule('runtime', 'critical', 'critical')],
  ['/run/dockershim.sock', rule('runtime', 'critical', 'critical')],
  ['/run/podman', rule('runtime', 'critical', 'critical')],
  ['/run/k3s/containerd', rule('runtime', 'critical', 'critical')],
  ['/run/k0s', rule('runtime', 'critical', 'critical')],
  ['/run/systemd', rule('services', 'high', 'medium')],
  ['/run/dbus', rule('services', 'high', 'high')],

  ['/var/lib/kubelet', rule('kubelet', 'critical', 'high')],
  ['/var/lib/kubelet/pki', rule('kubelet', 'critical', 'critical')],
  ['/var/lib/kubelet/device-plugins', rule('kubelet-plugins', 'medium', 'low')],
  ['/var/lib/kubelet/plugins', rule('kubelet-plugins', 'medium', 'low')],
  ['/var/lib/kubelet/plugins_registry', rule('kubelet-plugins', 'medium', 'low')],
  ['/var/lib/kubelet/pod-resources', rule('kubelet-plugins', 'low', 'low')],

  ['/etc/kubernetes', rule('control-plane', 'critical', 'critical')],
  ['/var/lib/etcd', rule('control-plane', 'critical', 'critical')],
  ['/etc/etcd', rule('control-plane', 'critical', 'critical')],
  ['/etc/rancher', rule('control-plane', 'critical', 'critical')],
  ['/var/lib/rancher', rule('control-plane', 'critical', 'critical')],
  ['/var/lib/k0s', rule('control-plane', 'critical', 'critical')],
  ['/var/snap/microk8s/common/run', rule('runtime', 'critical', 'critical')],
  ['/var/snap/microk8s', rule('control-plane', 'critical', 'critical')],

  ['/var/lib/docker', rule('containers', 'high', 'medium')],
  // The containers' logs, which log collectors read.
  ['/var/lib/docker/containers', rule('logs', 'medium', 'low')],
  ['/var/lib/containerd', rule('containers', 'high', 'medium')],
  ['/var/lib/containers', rule('containers', 'high', 'medium')],
  ['/var/lib/crio', rule('containers', 'high', 'medium')],

  ['/etc', rule('configuration', 'critical', 'high')],
  ['/etc/shadow', rule('configuration', 'critical', 'high')],
  ['/etc/gshadow', rule('configuration', 'critical', 'high')],
  ['/etc/ssh', rule('configuration', 'critical', 'high')],
  ['/etc/sudoers', rule('configuration', 'critical', 'medium')],
  ['/etc/sudoers.d', rule('configuration', 'critical', 'medium')],
  ['/etc/passwd', rule('configuration', 'critical', 'low')],
  ['/etc/group', rule('configuration', 'critical', 'low')],
  ['/etc/ld.so.preload', rule('configuration', 'critical', 'low')],
  ['/etc/systemd', rule('services', 'critical', 'low')],
  ['/etc/crontab', rule('schedule', 'critical', 'low')],
  ['/etc/cron.d', rule('schedule', 'critical', 'low')],
  ['/etc/cron.daily', rule('schedule', 'critical', 'low')],
  ['/etc/cron.hourly', rule('schedule', 'critical', 'low')],
  // What every program reads; to write there changes whom the node trusts or talks to.
  ['/etc/ssl', rule('configuration', 'medium')],
  ['/etc/pki', rule('configuration', 'medium')],
  ['/etc/ca-certificates', rule('configuration', 'medium')],
  ['/etc/hosts', rule('configuration', 'medium')],
  ['/etc/resolv.conf', rule('configuration', 'medium')],
  ['/etc/nsswitch.conf', rule('configuration', 'medium')],
  ['/etc/localtime', rule('configuration', 'low')],
  ['/etc/timezone', rule('configuration', 'low')],
  ['/etc/machine-id', rule('configuration', 'low')],
  ['/etc/hostname', rule('configuration', 'low')],
  ['/etc/os-release', rule('configuration', 'low')],
  ['/etc/cni', rule('network', 'high', 'low')],
  ['/opt/cni', rule('network', 'high')],
  ['/var/spool/cron', rule('schedule', 'critical', 'low')],

  ['/root', rule('home', 'high', 'high')],
  ['/home', rule('home', 'high', 'medium')],

  ['/proc', rule('kernel', 'high', 'medium')],
  ['/sys', rule('kernel', 'high', 'low')],
  ['/boot', rule('boot', 'high', 'low')],

  // A read-only mount does not keep a device from being written to.
  ['/dev', rule('devices', 'high', 'high')],
  ['/dev/log', rule('logs', 'low', 'low')],
  ['/dev/shm', rule('devices', 'low', 'low')],

  ['/bin', rule('programs', 'high')],
  ['/sbin', rule('programs', 'high')],
  ['/lib', rule('programs', 'high')],
  ['/lib64', rule('programs', 'high')],
  ['/usr', rule('programs', 'high')],
  // Kernel modules, headers and time zones, for which there is no reason to write.
  ['/lib/modules', rule('programs', 'medium')],
  ['/usr/lib/modules', rule('programs', 'medium')],
  ['/usr/src', rule('programs', 'medium')],
  ['/usr/share', rule('programs', 'medium')],

  ['/var/log', rule('logs', 'medium', 'low')],
])

/** What no rule names in these directories is less grave than the directory as a whole. */
const INSIDE: ReadonlyMap<string, HostPathRule> = new Map([['/etc', rule('configuration', 'high', 'low')]])

/** What Windows nodes have beside those: named pipes are the runtime's sockets there. */
const WINDOWS_RULES: ReadonlyMap<string, HostPathRule> = new Map([
  ['/pipe/docker_engine', rule('runtime', 'critical', 'critical')],
  ['/pipe/containerd-containerd', rule('runtime', 'critical', 'critical')],
  ['/windows', rule('programs', 'critical', 'medium')],
  ['/programdata', rule('configuration', 'high', 'medium')],
  ['/users', rule('home', 'high', 'medium')],
])

const GRAVITY: Readonly<Record<Severity, number>> = { critical: 3, high: 2, medium: 1, low: 0 }

/** For each directory above ruled paths the gravest rule, the first of equals: who has /var has the kubelet's. */
const ABOVE = rulesAbove()

/**
 * The rule for a path on the node.
 *
 * @param path - as in the manifest: any spelling, Windows paths included
 * @returns undefined for a path that is not known to be sensitive
 */
export function hostPathRule(path: string): HostPathRule | undefined {
  const isWindows = WINDOWS_PATH.test(path)
  // The drive goes, and case, which Windows does not tell apart.
  const normal = normalizePath(
    isWindows
      ? path
          .replaceAll('\\', '/')
          .replace(/^[A-Za-z]:/, '/')
          .toLowerCase()
      : path,
  )
  const below = ABOVE.get(normal)
  const own = ruleAt(normal, RULES) ?? (isWindows ? ruleAt(normal, WINDOWS_RULES) : undefined)
  if (below === undefined || RULES.has(normal)) return own
  return own === undefined || GRAVITY[below.writable] > GRAVITY[own.writable] ? below : own
}

/** `C:\…`, or a pipe's `\\.\pipe\…`. */
const WINDOWS_PATH = /^[A-Za-z]:|^\\\\|^\/\/\.\//

/** The rule of the path itself or of the nearest directory above it that has one; `/` rules nothing below. */
function ruleAt(path: string, rules: ReadonlyMap<string, HostPathRule>): HostPathRule | undefined {
  for (let at = path; at.length > 1; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = rules.get(at)
    if (found !== undefined) return at === path ? found : (INSIDE.get(at) ?? found)
  }
  return path === '/' ? rules.get('/') : undefined
}

function rulesAbove(): ReadonlyMap<string, HostPathRule> {
  const above = new Map<string, HostPathRule>()
  for (const [path, found] of RULES) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const directory = path.slice(0, at)
      const known = above.get(directory)
      if (known === undefined || GRAVITY[found.writable] > GRAVITY[known.writable])
        above.set(directory, found)
    }
  }
  return above
}
