import { describe, expect, test } from 'vitest'
import type { ObjectMeta, PodSpec } from '../../../kubernetes/index.ts'
import { evaluateDefaultedPod } from '../evaluate.ts'
import { summarize } from '../summary.ts'
import type { Level, PolicyVersion } from '../version.ts'
import { CONTROLS } from './index.ts'

/** Says nothing wrong at the restricted level; a case puts its own fields over these. */
const sound: PodSpec = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [container('a'), container('b')],
}

function container(name: string, securityContext: object = {}, fields: object = {}) {
  const restricted = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
  return { name, securityContext: { ...restricted, ...securityContext }, ...fields }
}

interface Case {
  readonly level?: Level
  readonly version?: PolicyVersion
  readonly metadata?: ObjectMeta
  readonly spec: PodSpec
  /** What the API server says, `''` where it allows. */
  readonly says: string
}

function verdict({ level = 'restricted', version = 'latest', metadata = {}, spec }: Case): string {
  const violations = evaluateDefaultedPod(level, version, { metadata, spec: { ...sound, ...spec } })
  return summarize(violations).forbiddenDetail
}

const notNamed = { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }
const unmasked = { containers: [container('a', { procMount: 'Unmasked' })] }
const procMountSays = 'procMount (container "a" must not set securityContext.procMount to "Unmasked")'
const windows: PodSpec = {
  os: { name: 'windows' },
  securityContext: { runAsNonRoot: true },
  containers: [{ name: 'a' }],
}
const sysctls = (...names: string[]): PodSpec => ({
  securityContext: { ...sound.securityContext, sysctls: names.map((name) => ({ name, value: '1' })) },
})
const seLinux = (type: string): PodSpec => ({ containers: [container('a', { seLinuxOptions: { type } })] })
const annotated = (annotations: Record<string, string>): ObjectMeta => ({ annotations })
const inUserNamespace: PodSpec = {
  hostUsers: false,
  securityContext: { seccompProfile: { type: 'Localhost' } },
}

const CASES: Record<string, Record<string, Case>> = {
  'a sound pod': {
    'is allowed at every level': { spec: {}, says: '' },
    'even without containers': { spec: { containers: [], securityContext: {} }, says: '' },
    'a container without a name is named so': {
      spec: { containers: [notNamed, {}] },
      says: 'allowPrivilegeEscalation != false (container "" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "" must set securityContext.capabilities.drop=["ALL"])',
    },
  },
  'order of containers': {
    'is init, regular, ephemeral': {
      spec: {
        ephemeralContainers: [container('e', { privileged: true })],
        initContainers: [container('i', { privileged: true })],
        containers: [container('c', { privileged: true })],
      },
      says: 'privileged (containers "i", "c", "e" must not set securityContext.privileged=true)',
    },
  },
  hostNamespaces: {
    'names each that is shared': {
      spec: { hostIPC: true, hostNetwork: true, hostPID: false },
      says: 'host namespaces (hostNetwork=true, hostIPC=true)',
    },
  },
  hostPathVolumes: {
    'is its own control at baseline': {
      level: 'baseline',
      spec: { volumes: [{ name: 'v', hostPath: { path: '/' } }] },
      says: 'hostPath volumes (volume "v")',
    },
    'and part of the volume types at restricted': {
      spec: { volumes: [{ name: 'v', hostPath: { path: '/' } }] },
      says: 'restricted volume types (volume "v" uses restricted volume type "hostPath")',
    },
  },
  hostPorts: {
    'are sorted as text, once each': {
      spec: {
        containers: [
          container(
            'a',
            {},
            { ports: [{ hostPort: 9 }, { hostPort: 80 }, { hostPort: 0 }, { hostPort: 80 }] },
          ),
        ],
      },
      says: 'hostPort (container "a" uses hostPorts 80, 9)',
    },
    '0 is none': { spec: { containers: [container('a', {}, { ports: [{ hostPort: 0 }] })] }, says: '' },
  },
  hostProbesAndHostLifecycle: {
    'containers are sorted by name': {
      spec: {
        containers: [
          container(
            'z',
            {},
            { livenessProbe: { tcpSocket: { host: 'h' } }, readinessProbe: { httpGet: { host: '' } } },
          ),
          container('a', {}, { lifecycle: { preStop: { httpGet: { host: '::1' } } } }),
        ],
      },
      says: 'probe or lifecycle host (containers "a", "z" use probe or lifecycle hosts "::1", "h")',
    },
    'does not exist before v1.34': {
      version: 33,
      spec: { containers: [container('z', {}, { startupProbe: { httpGet: { host: 'h' } } })] },
      says: '',
    },
  },
  procMount: {
    'is forbidden': {
      level: 'baseline',
      version: 34,
      spec: { ...unmasked, hostUsers: false },
      says: procMountSays,
    },
    'but not in a user namespace from v1.35 on': {
      level: 'baseline',
      version: 35,
      spec: { ...unmasked, hostUsers: false },
      says: '',
    },
    'and there it is at the restricted level': {
      spec: { ...unmasked, hostUsers: false },
      says: procMountSays,
    },
    'an empty value is a value': {
      spec: { containers: [container('a', { procMount: '' })] },
      says: 'procMount (container "a" must not set securityContext.procMount to "")',
    },
  },
  seLinuxOptions: {
    'container_engine_t is forbidden up to v1.30': {
      version: 30,
      spec: seLinux('container_engine_t'),
      says: 'seLinuxOptions (container "a" set forbidden securityContext.seLinuxOptions: type "container_engine_t")',
    },
    'and allowed from v1.31 on': { version: 31, spec: seLinux('container_engine_t'), says: '' },
    'user and role are forbidden by themselves': {
      spec: {
        securityContext: { ...sound.securityContext, seLinuxOptions: { user: 'u', role: 'r', level: 's0' } },
      },
      says: 'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: user may not be set; role may not be set)',
    },
  },
  appArmorProfile: {
    'field and annotation are named together': {
      metadata: annotated({ 'container.apparmor.security.beta.kubernetes.io/a': 'un"confined' }),
      spec: {
        securityContext: { ...sound.securityContext, appArmorProfile: { type: 'Unconfined' } },
        containers: [container('a', { appArmorProfile: {} })],
      },
      says: 'forbidden AppArmor profiles (pod and container "a" and annotation must not set AppArmor profile type to "", "Unconfined", "container.apparmor.security.beta.kubernetes.io/a="un\\"confined"")',
    },
    'the empty annotation is allowed': {
      metadata: annotated({ 'container.apparmor.security.beta.kubernetes.io/a': '' }),
      spec: {},
      says: '',
    },
  },
  seccompProfile: {
    'annotations are looked at up to v1.18': {
      level: 'baseline',
      version: 18,
      metadata: annotated({
        'seccomp.security.alpha.kubernetes.io/pod': '',
        'container.seccomp.security.alpha.kubernetes.io/b': 'unconfined',
      }),
      spec: {},
      says: 'seccompProfile (forbidden annotations container.seccomp.security.alpha.kubernetes.io/b="unconfined", seccomp.security.alpha.kubernetes.io/pod="")',
    },
    'those of containers that the pod does not have are not': {
      version: 18,
      metadata: annotated({ 'container.seccomp.security.alpha.kubernetes.io/other': 'unconfined' }),
      spec: {},
      says: '',
    },
    'nor any from v1.19 on': {
      version: 19,
      metadata: annotated({ 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' }),
      spec: {},
      says: '',
    },
    'a profile without a type is no allowed one': {
      spec: { securityContext: { runAsNonRoot: true, seccompProfile: {} } },
      says: 'seccompProfile (pod must not set securityContext.seccompProfile.type to "")',
    },
    'those that set none are named where none is forbidden': {
      spec: {
        securityContext: { runAsNonRoot: true },
        containers: [container('a', { seccompProfile: { type: 'Localhost' } }), container('b')],
      },
      says: 'seccompProfile (pod or container "b" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    },
    'and not beside a forbidden one': {
      spec: {
        securityContext: { runAsNonRoot: true },
        containers: [container('a', { seccompProfile: { type: 'Unconfined' } }), container('b')],
      },
      says: 'seccompProfile (container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
    },
  },
  sysctls: {
    'are named as they stand, twice where given twice': {
      spec: sysctls('b', 'kernel.shm_rmid_forced', 'a', 'b'),
      says: 'forbidden sysctls (b, a, b)',
    },
    'with slashes they are others': {
      spec: sysctls('kernel/shm_rmid_forced'),
      says: 'forbidden sysctls (kernel/shm_rmid_forced)',
    },
    'v1.26': {
      version: 26,
      spec: sysctls('net.ipv4.ip_local_reserved_ports'),
      says: 'forbidden sysctls (net.ipv4.ip_local_reserved_ports)',
    },
    'v1.27': { version: 27, spec: sysctls('net.ipv4.ip_local_reserved_ports'), says: '' },
    'v1.29': {
      version: 29,
      spec: sysctls('net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_time'),
      says: '',
    },
    'v1.36': {
      version: 36,
      spec: sysctls('net.ipv4.tcp_rmem', 'net.ipv4.tcp_notsent_lowat'),
      says: 'forbidden sysctls (net.ipv4.tcp_notsent_lowat)',
    },
    'newer than all known': { version: 99, spec: sysctls('net.ipv4.tcp_notsent_lowat'), says: '' },
  },
  windowsHostProcess: {
    'pod and containers': {
      spec: {
        securityContext: { ...sound.securityContext, windowsOptions: { hostProcess: true } },
        containers: [container('a', { windowsOptions: { hostProcess: true } })],
      },
      says: 'hostProcess (pod and container "a" must not set securityContext.windowsOptions.hostProcess=true)',
    },
  },
  capabilities: {
    'the default set is allowed at baseline, in this spelling only': {
      level: 'baseline',
      spec: {
        containers: [container('a', { capabilities: { add: ['CHOWN', 'chown', 'CAP_CHOWN', 'ALL'] } })],
      },
      says: 'non-default capabilities (container "a" must not include "ALL", "CAP_CHOWN", "chown" in securityContext.capabilities.add)',
    },
    'baseline judges them at restricted up to v1.21': {
      version: 21,
      spec: { containers: [container('a', { capabilities: { add: ['NET_RAW'] } })] },
      says: 'non-default capabilities (container "a" must not include "NET_RAW" in securityContext.capabilities.add)',
    },
    'restricted says both what is kept and what is added': {
      spec: {
        containers: [container('a', { capabilities: { drop: ['all'], add: ['CHOWN', 'NET_BIND_SERVICE'] } })],
      },
      says: 'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]; container "a" must not include "CHOWN" in securityContext.capabilities.add)',
    },
  },
  restrictedVolumes: {
    'types are sorted, names as they stand': {
      spec: {
        volumes: [
          { name: 'z', nfs: {} },
          { name: 'a', hostPath: {} },
          { name: 'i', image: {} },
        ],
      },
      says: 'restricted volume types (volumes "z", "a" use restricted volume types "hostPath", "nfs")',
    },
    'without defaults a volume without a source is unknown': {
      spec: { volumes: [{ name: 'v' }] },
      says: 'restricted volume types (volume "v" uses restricted volume type "unknown")',
    },
  },
  'Windows pods': {
    'from v1.25 on are spared what only Linux has': { version: 25, spec: windows, says: '' },
    'before they were not': {
      version: 24,
      spec: windows,
      says: 'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]), seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    },
  },
  'runAsNonRoot and runAsUser': {
    'explicit ones are named alone': {
      spec: {
        securityContext: { ...sound.securityContext, runAsNonRoot: false },
        containers: [container('a'), container('b', { runAsNonRoot: false })],
      },
      says: 'runAsNonRoot != true (pod and container "b" must not set securityContext.runAsNonRoot=false)',
    },
    'a container may answer for itself': {
      spec: {
        securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
        containers: [container('a'), container('b', { runAsNonRoot: true })],
      },
      says: 'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)',
    },
    'root by number is forbidden from v1.23 on': {
      version: 23,
      spec: { containers: [container('a', { runAsUser: 0 }), container('b', { runAsUser: 1 })] },
      says: 'runAsUser=0 (container "a" must not set runAsUser=0)',
    },
    'not before': { version: 22, spec: { containers: [container('a', { runAsUser: 0 })] }, says: '' },
    'nor in a user namespace from v1.35 on': {
      version: 35,
      spec: { ...inUserNamespace, containers: [container('a', { runAsUser: 0 })] },
      says: '',
    },
  },
}

describe.each(Object.entries(CASES))('%s', (_, cases) => {
  test.each(Object.entries(cases))('%s', (_, one) => {
    expect(verdict(one)).toBe(one.says)
  })
})

describe('the catalogue', () => {
  test('is in order: baseline before restricted, each by id', () => {
    const rank = ({ level, id }: (typeof CONTROLS)[number]) => `${level === 'baseline' ? 0 : 1} ${id}`
    expect(CONTROLS.map(rank)).toEqual(CONTROLS.map(rank).sort())
    expect(new Set(CONTROLS.map(({ id }) => id)).size).toBe(CONTROLS.length)
  })

  test('revisions are in order, and only restricted controls override baseline ones', () => {
    const baseline = CONTROLS.filter(({ level }) => level === 'baseline').map(({ id }) => id)
    for (const { level, revisions } of CONTROLS) {
      const versions = revisions.map(({ since }) => since)
      expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other))
      const overrides = revisions.flatMap((revision) => revision.overrides ?? [])
      expect(baseline).toEqual(expect.arrayContaining(overrides))
      if (level === 'baseline') expect(overrides).toEqual([])
    }
  })
})
