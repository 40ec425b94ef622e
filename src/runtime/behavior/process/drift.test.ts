import { describe, expect, test } from 'vitest'
import { CAPABILITIES, podTemplateOf } from '../../../kubernetes/index.ts'
import { effectiveSecurityContext } from '../../../pod-security/index.ts'
import { driftOf } from './drift.ts'
import { exposuresOf } from './exposures.ts'
import { containerFacts } from './facts.fixture.ts'
import type { ProcessFacts } from './facts.ts'

function drift(securityContext: object, facts: ProcessFacts, spec: object = {}) {
  const containers = [
    { name: 'web', securityContext, ...('mounts' in spec ? { volumeMounts: spec.mounts } : {}) },
  ]
  const { mounts: _, ...rest } = spec as { mounts?: unknown }
  const template = podTemplateOf({ apiVersion: 'v1', kind: 'Pod', spec: { containers, ...rest } })
  const pod = template && effectiveSecurityContext(template)
  const [container] = pod?.containers ?? []
  const rows = pod && container ? driftOf(pod, container, facts, { allCapabilities: CAPABILITIES }) : []
  return rows
    .filter(({ verdict }) => verdict === 'drift')
    .map(({ setting, expected, actual }) => [setting, expected, actual])
}

const STRICT = {
  runAsUser: 1000,
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
}

describe('drift', () => {
  test('there is none where all is as the manifest says', () => {
    const facts = containerFacts({ uid: 1000, noNewPrivileges: true, seccomp: 'filter', isReadOnly: true })
    expect(drift(STRICT, facts)).toEqual([])
  })

  test('each setting that is not so', () => {
    const facts = containerFacts({ uid: 0, bounding: ['NET_RAW'], hostNamespaces: ['net', 'user'] })
    expect(drift(STRICT, facts)).toEqual([
      ['runAsUser', '1000', '0'],
      ['runAsNonRoot', 'true', 'false'],
      ['capabilities', '-', 'NET_RAW'],
      ['no_new_privs', 'true', 'false'],
      ['readOnlyRootFilesystem', 'true', 'false'],
      ['seccompProfile', 'RuntimeDefault', 'disabled'],
      ['hostNetwork', 'false', 'true'],
    ])
  })

  test('what the manifest leaves to the image is no drift', () => {
    const facts = containerFacts({ uid: 0, bounding: [...DEFAULTS] })
    expect(drift({}, facts)).toEqual([])
  })

  test('a privileged container that is none, and one that should be none', () => {
    const confined = containerFacts({ bounding: [], seccomp: 'filter' })
    expect(drift({ privileged: true }, confined).map(([setting]) => setting)).toEqual([
      'privileged',
      'capabilities',
      'seccompProfile',
    ])
    const free = containerFacts({ bounding: [...CAPABILITIES] })
    expect(drift({}, free).map(([setting]) => setting)).toEqual(['privileged', 'capabilities'])
  })

  test('volumes that are writable though they should not be', () => {
    const facts = containerFacts({
      bounding: [...DEFAULTS],
      mounts: [
        {
          mountPoint: '/config',
          type: 'ext4',
          source: '/dev/vda',
          root: '/x',
          isReadOnly: false,
          options: [],
        },
      ],
    })
    const spec = {
      mounts: [
        { name: 'config', mountPath: '/config/', readOnly: true },
        { name: 'config', mountPath: '/other' },
      ],
      volumes: [{ name: 'config', configMap: { name: 'c' } }],
    }
    expect(drift({}, facts, spec).map(([setting]) => setting)).toEqual([
      'volumeMounts /config',
      'volumeMounts /other',
    ])
  })
})

const DEFAULTS = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SYS_CHROOT',
  'MKNOD',
  'AUDIT_WRITE',
  'SETFCAP',
] as const

describe('exposures of a container', () => {
  const ids = (facts: ProcessFacts) => exposuresOf(facts).map(({ id }) => id)

  test('that is confined: none', () => {
    expect(
      ids(containerFacts({ uid: 1000, noNewPrivileges: true, seccomp: 'filter', isReadOnly: true })),
    ).toEqual([])
  })

  test('that is not', () => {
    const mount = (mountPoint: string, root: string, isReadOnly = false, type = 'ext4') => ({
      mountPoint,
      type,
      source: '/dev/vda',
      root,
      isReadOnly,
      options: [],
    })
    const facts = containerFacts({
      uid: 0,
      effective: ['SYS_ADMIN'],
      hostNamespaces: ['pid', 'user'],
      mounts: [
        mount('/run/docker.sock', '/docker.sock', false, 'tmpfs'),
        mount('/host', '/'),
        mount('/etc/hosts', '/var/lib/kubelet/pods/0f5bd1b4-6cf6-4cd5-9b4e-3a8a4d5d9a11/etc-hosts'),
      ],
    })
    expect(ids(facts)).toEqual([
      'host-namespaces',
      'dangerous-capabilities',
      'no-seccomp',
      'new-privileges',
      'runs-as-root',
      'runtime-socket',
      'writable-host-path',
      'writable-root',
    ])
  })

  test.each([
    ['the node’s /run, in memory', { type: 'tmpfs', mountPoint: '/host-run', nodePath: '/run' }, true],
    ['the node’s devices', { type: 'devtmpfs', mountPoint: '/host-dev', nodePath: '/dev' }, true],
    ['the node’s processes', { type: 'proc', mountPoint: '/host-proc', nodePath: '/proc' }, true],
    ['its own processes', { type: 'proc', mountPoint: '/proc', nodePath: '/proc' }, false],
    ['its own files in memory', { type: 'tmpfs', mountPoint: '/tmp' }, false],
    [
      'one device',
      { type: 'devtmpfs', mountPoint: '/dev/null', root: '/null', nodePath: '/dev/null' },
      false,
    ],
    [
      'the disk of a volume',
      {
        ...{ type: 'ext4', mountPoint: '/data' },
        nodePath: '/var/lib/kubelet/plugins/kubernetes.io/csi/disk.csi.example.com/0f5bd1b4/globalmount',
      },
      false,
    ],
    [
      'the folder that disks of volumes are mounted in',
      { type: 'ext4', mountPoint: '/x', nodePath: '/var/lib/kubelet/plugins/kubernetes.io/csi' },
      true,
    ],
    [
      'an emptyDir in memory',
      {
        type: 'tmpfs',
        mountPoint: '/cache',
        nodePath:
          '/var/lib/kubelet/pods/0f5bd1b4-6cf6-4cd5-9b4e-3a8a4d5d9a11/volumes/kubernetes.io~empty-dir/cache',
      },
      false,
    ],
    [
      'the memory that a pod shares',
      {
        type: 'tmpfs',
        mountPoint: '/dev/shm',
        nodePath: '/run/containerd/io.containerd.grpc.v1.cri/sandboxes/a1/shm',
      },
      false,
    ],
    [
      'an empty folder that hides another',
      {
        ...{ type: 'tmpfs', mountPoint: '/proc/acpi', root: '/crun/.empty-directory', isReadOnly: true },
        nodePath: '/run/crun/.empty-directory',
      },
      false,
    ],
    [
      'the node’s programs for the kernel',
      { type: 'bpf', mountPoint: '/sys/fs/bpf', nodePath: '/sys/fs/bpf' },
      true,
    ],
    [
      'the kernel’s own files',
      { type: 'debugfs', mountPoint: '/debug', nodePath: '/sys/kernel/debug' },
      true,
    ],
    ['its own programs for the kernel', { type: 'bpf', mountPoint: '/sys/fs/bpf' }, false],
    [
      'what is bound with the node’s /sys, to read',
      { type: 'debugfs', mountPoint: '/sys/kernel/debug', nodePath: '/sys/kernel/debug', isReadOnly: true },
      false,
    ],
  ])('tells of what is the node’s: %s', (_, mount, isNodes) => {
    const mounts = [{ source: '', root: '/', isReadOnly: false, options: [], ...mount }]
    expect(
      ids(containerFacts({ uid: 1000, noNewPrivileges: true, seccomp: 'filter', isReadOnly: true, mounts })),
    ).toEqual(isNodes ? ['writable-host-path'] : [])
  })

  test('tells of a runtime’s socket by its path on the node', () => {
    const mounts = [
      {
        ...{ mountPoint: '/x', type: 'tmpfs', source: 'tmpfs', root: '/containerd/s', isReadOnly: true },
        ...{ options: [], nodePath: '/run/containerd/s' },
      },
    ]
    expect(
      ids(containerFacts({ uid: 1000, noNewPrivileges: true, seccomp: 'filter', isReadOnly: true, mounts })),
    ).toEqual(['runtime-socket', 'host-path'])
  })

  test.each([
    ['its root', { mountPoint: '/', type: 'overlay' }, 'io.containerd.runtime.v2.task/k8s.io/a1/rootfs'],
    [
      'its root on a disk',
      { mountPoint: '/', type: 'ext4' },
      'io.containerd.runtime.v2.task/k8s.io/a1/rootfs',
    ],
    [
      'an image as a volume',
      { mountPoint: '/x', type: 'overlay' },
      'io.containerd.grpc.v1.cri/image-volumes/a1',
    ],
  ])('tell of no runtime’s socket where containerd mounts what is of an image: %s', (_, mount, path) => {
    const mounts = [
      { source: '', root: '/', isReadOnly: true, options: [], ...mount, nodePath: `/run/containerd/${path}` },
    ]
    expect(
      ids(containerFacts({ uid: 1000, noNewPrivileges: true, seccomp: 'filter', isReadOnly: true, mounts })),
    ).toEqual([])
  })

  test('are not told of the node’s own processes', () => {
    expect(ids({ ...containerFacts({ effective: ['SYS_ADMIN'] }), containerId: null })).toEqual([])
  })
})
