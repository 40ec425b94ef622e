import { defineMessages, withParticle } from '../../messages/index.ts'
import type { EffectivePod, EffectiveSysctl } from './effective-pod.ts'
import { asText, items, under } from './field.ts'
import type { PodScope } from './scope.ts'
import { byDefault, conflict, type Note, settle, withNotes } from './setting.ts'

/** Using sysctls in a Kubernetes Cluster, "The following sysctls are supported in the safe set". */
const SAFE = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
])

/** The same page, "The following sysctls are known to be namespaced", with the namespace that each lives in. */
const NAMESPACED = [
  { prefix: 'kernel.shm', namespace: 'ipc' },
  { prefix: 'kernel.msg', namespace: 'ipc' },
  { prefix: 'kernel.sem', namespace: 'ipc' },
  { prefix: 'fs.mqueue.', namespace: 'ipc' },
  { prefix: 'net.', namespace: 'net' },
] as const

export const sysctlMessages = defineMessages('effective-sysctls', {
  unsafe: {
    en: ({ name }: { name: string }) =>
      `${name} is unsafe: the pod starts only on nodes whose kubelet allows it (--allowed-unsafe-sysctls).`,
    ko: ({ name }: { name: string }) =>
      `${withParticle(name, '은/는')} 안전하지 않은(unsafe) sysctl입니다. kubelet이 허용한 노드(--allowed-unsafe-sysctls)에서만 파드가 시작됩니다.`,
  },
  notNamespaced: {
    en: ({ name }: { name: string }) =>
      `${name} belongs to the whole node, not to a namespace: the kubelet refuses the pod.`,
    ko: ({ name }: { name: string }) =>
      `${withParticle(name, '은/는')} 네임스페이스가 아니라 노드 전체에 적용되는 값이므로 kubelet이 파드를 거부합니다.`,
  },
  hostNamespace: {
    en: ({ name, field }: { name: string; field: string }) =>
      `With ${field}: true ${name} would change the node: the pod is refused.`,
    ko: ({ name, field }: { name: string; field: string }) =>
      `${field}: true이면 ${withParticle(name, '이/가')} 노드의 값을 바꾸게 되므로 파드가 거부됩니다.`,
  },
})

/**
 * "Sysctls hold a list of namespaced sysctls used for the pod. Pods with unsupported sysctls (by the container
 * runtime) might fail to launch." (API reference, PodSecurityContext)
 */
export function sysctlsOf(
  scope: PodScope,
  host: Pick<EffectivePod, 'hostNetwork' | 'hostIPC'>,
): readonly EffectiveSysctl[] {
  return items(under(scope.security, 'sysctls')).flatMap((item) => {
    const given = asText(under(item, 'name'))
    if (given === undefined) return []
    const name = dotted(given)
    const kind = kindOf(name)
    const place = { from: 'pod' as const, field: under(item, 'value') }
    const setting = settle(asText, [place], byDefault('kubernetes', ''))
    return [{ name, kind, setting: withNotes(setting, ...notesFor(name, kind, host)) }]
  })
}

function notesFor(
  name: string,
  kind: EffectiveSysctl['kind'],
  host: Pick<EffectivePod, 'hostNetwork' | 'hostIPC'>,
): readonly Note[] {
  const { make } = sysctlMessages
  if (kind === 'not-namespaced') return [conflict(make.notNamespaced({ name }))]
  const namespace = namespaceOf(name)
  if (namespace === 'net' && host.hostNetwork.value)
    return [conflict(make.hostNamespace({ name, field: 'hostNetwork' }))]
  if (namespace === 'ipc' && host.hostIPC.value)
    return [conflict(make.hostNamespace({ name, field: 'hostIPC' }))]
  return kind === 'unsafe' ? [conflict(make.unsafe({ name }))] : []
}

function kindOf(name: string): EffectiveSysctl['kind'] {
  if (SAFE.has(name)) return 'safe'
  return namespaceOf(name) === undefined ? 'not-namespaced' : 'unsafe'
}

function namespaceOf(name: string): 'ipc' | 'net' | undefined {
  return NAMESPACED.find(({ prefix }) => name.startsWith(prefix))?.namespace
}

/**
 * The separator is whichever of `.` and `/` comes first; then the other one is part of a name:
 * `net/ipv4/conf/eth0.1/arp_filter` and `net.ipv4.conf.eth0/1.arp_filter` are the same (sysctl.d(5)).
 */
function dotted(name: string): string {
  const separator = /[./]/.exec(name)?.[0]
  if (separator !== '/') return name
  return name.replace(/[./]/g, (character) => (character === '/' ? '.' : '/'))
}
