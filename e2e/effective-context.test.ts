import {
  CoreV1Api,
  KubeConfig,
  type V1Container,
  type V1Pod,
  type V1PodSpec,
  type V1PodStatus,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CAPABILITIES, type KubernetesObject, podTemplateOf } from '../src/kubernetes/index.ts'
import { type EffectiveContainer, effectiveSecurityContext, type Note } from '../src/pod-security/index.ts'
import { clusterWithNodes, needs } from './setup/needs.ts'
import { until } from './setup/work.ts'

const { kubeconfig, otherwise } = clusterWithNodes

const NAMESPACE = `haetae-effective-${process.pid}`
/** An image with a shell that every test cluster has; it names no user, so that it runs as root. */
const IMAGE = process.env['HAETAE_E2E_IMAGE'] ?? 'localhost/busybox:local'

interface Case {
  readonly pod?: V1PodSpec['securityContext']
  readonly container?: V1Container['securityContext']
}

/** Pods whose only container prints what the kernel says of it. */
const RUNNING: Readonly<Record<string, Case>> = {
  defaults: {},
  'pod-user': { pod: { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000] } },
  'container-user': { pod: { runAsUser: 1000, runAsGroup: 3000 }, container: { runAsUser: 2000 } },
  'non-root': { pod: { runAsNonRoot: true, runAsUser: 5 }, container: { allowPrivilegeEscalation: false } },
  privileged: { container: { privileged: true, capabilities: { drop: ['ALL'] } } },
  'privileged-user': { container: { privileged: true, runAsUser: 1000 } },
  'drop-all': { container: { capabilities: { drop: ['ALL'] } } },
  'drop-all-add-one': { container: { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } } },
  'add-all': { container: { capabilities: { add: ['ALL'], drop: ['CHOWN'] } } },
  'both-all': { container: { capabilities: { add: ['ALL', 'KILL'], drop: ['all'] } } },
  'add-and-drop': { container: { capabilities: { add: ['NET_ADMIN'], drop: ['MKNOD', 'NET_ADMIN'] } } },
  'sys-admin': { container: { capabilities: { add: ['SYS_ADMIN'] }, allowPrivilegeEscalation: false } },
  'user-with-capability': { container: { runAsUser: 1000, capabilities: { add: ['NET_ADMIN'] } } },
  prefixed: { container: { capabilities: { drop: ['ALL'], add: ['CAP_KILL', 'CHOWN'] } } },
  'read-only': { container: { readOnlyRootFilesystem: true } },
  'seccomp-pod': { pod: { seccompProfile: { type: 'RuntimeDefault' } } },
  'seccomp-container': {
    pod: { seccompProfile: { type: 'RuntimeDefault' } },
    container: { seccompProfile: { type: 'Unconfined' } },
  },
  'seccomp-privileged': {
    pod: { seccompProfile: { type: 'RuntimeDefault' } },
    container: { privileged: true },
  },
}

const REPORT = [
  'cat /proc/self/status',
  'echo "RootMount: $(grep " / " /proc/mounts | head -n 1 | cut -d " " -f 4)"',
  'echo "VolumeGroup: $(stat -c %g /volume)"',
  'echo "ProcSys: $(grep -c " /proc/sys " /proc/mounts)"',
].join('; ')

describe('the effective security context', needs(kubeconfig, otherwise), () => {
  const config = new KubeConfig()
  let core: CoreV1Api
  /** The node's own bounding set: a runtime can give no more than it has, which is less inside a container. */
  let ofNode: bigint

  beforeAll(async () => {
    config.loadFromFile(kubeconfig ?? '')
    core = config.makeApiClient(CoreV1Api)
    await core.createNamespace({ body: { metadata: { name: NAMESPACE } } })
    await until(async () => {
      const account = { name: 'default', namespace: NAMESPACE }
      // Up to Kubernetes 1.23 a pod is refused before the account has the secret of its token.
      return (await core.readNamespacedServiceAccount(account).catch(() => undefined))?.secrets
    }, 'a token of the default service account')
    for (const [name, context] of Object.entries(RUNNING)) await create(podOf(name, context))
    const probe = podOf('node', {}, 'cat /proc/1/status')
    await create({ ...probe, spec: { containers: [], ...probe.spec, hostPID: true } })
    ofNode = BigInt(`0x${(await reportOf('node'))['CapBnd']}`)
  })

  afterAll(async () => {
    await core.deleteNamespace({ name: NAMESPACE })
  })

  test.each(Object.entries(RUNNING))('of %s is what its process has', async (name, context) => {
    const pod = podOf(name, context)
    const facts = await reportOf(name)
    const { linux, mounts } = explained(pod)
    if (linux === undefined) throw new Error('the pod is for Linux')
    const ids = (line: string) => facts[line]?.split(/\s+/) ?? []

    expect(ids('Uid')[0]).toBe(String(linux.user.value ?? 0))
    expect(ids('Gid')[0]).toBe(String(linux.group.value ?? 0))
    expect(ids('Groups')).toEqual(
      expect.arrayContaining(linux.supplementaryGroups.map(({ value }) => String(value))),
    )
    expect(facts['CapBnd']).toBe(mask(linux.capabilities.value.bounding, ofNode))
    // The image runs as root: what depends on it is what is kept.
    const effective = mask(linux.capabilities.value.effective ?? linux.capabilities.value.bounding, ofNode)
    expect(facts['CapEff']).toBe(effective)
    expect(facts['CapPrm']).toBe(effective)
    expect(facts['CapAmb']).toBe(mask([], ofNode))
    expect(facts['NoNewPrivs']).toBe(linux.noNewPrivileges.value ? '1' : '0')
    expect(facts['Seccomp']).toBe(linux.seccomp.value.type === 'Unconfined' ? '0' : '2')
    expect(facts['RootMount']?.split(',')[0]).toBe(linux.readOnlyRootFilesystem.value ? 'ro' : 'rw')
    const owner = mounts[0]?.filesGroup.value
    expect(facts['VolumeGroup']).toBe(String(owner === 'unchanged' ? 0 : owner))
    expect(facts['ProcSys']).toBe(linux.procMount.value === 'Unmasked' ? '0' : '1')
  })

  test('the kubelet refuses root where runAsNonRoot is true', async () => {
    const pod = podOf('root-refused', { pod: { runAsNonRoot: true }, container: { runAsUser: 0 } })
    expect(conflictsOf(explained(pod).linux?.runAsNonRoot.notes)).toEqual([
      'effective-identity.rootAgainstNonRoot',
    ])
    await create(pod)
    const message = await until(async () => {
      const read = await core.readNamespacedPod({ name: 'root-refused', namespace: NAMESPACE })
      return read.status?.containerStatuses?.[0]?.state?.waiting?.message
    }, 'the message of the kubelet')
    expect(message).toContain("container's runAsUser breaks non-root policy")
  })

  test.each([
    ['privileged', { privileged: true }, 'effective-privilege.escalationAgainstPrivileged'],
    [
      'CAP_SYS_ADMIN',
      { capabilities: { add: ['CAP_SYS_ADMIN'] } },
      'effective-privilege.escalationAgainstSysAdmin',
    ],
  ])('the API server refuses allowPrivilegeEscalation: false with %s', async (_, context, note) => {
    const pod = podOf('refused', { container: { ...context, allowPrivilegeEscalation: false } })
    expect(conflictsOf(explained(pod).linux?.allowPrivilegeEscalation.notes)).toEqual([note])
    await expect(create(pod)).rejects.toMatchObject({ code: 422 })
  })

  async function create(pod: V1Pod): Promise<void> {
    await core.createNamespacedPod({ namespace: NAMESPACE, body: pod })
  }

  /** What the container printed, by the name before the colon. */
  async function reportOf(name: string): Promise<Readonly<Record<string, string>>> {
    let status: V1PodStatus | undefined
    await until(
      async () => {
        status = (await core.readNamespacedPod({ name, namespace: NAMESPACE })).status
        return status?.phase === 'Succeeded' || status?.phase === 'Failed' ? status.phase : undefined
      },
      () => `the end of pod ${name}: ${JSON.stringify(status)}`,
    )
    const log = await core.readNamespacedPodLog({ name, namespace: NAMESPACE })
    const lines = log.split('\n').map((line) => line.split(/:\s*/, 2))
    return Object.fromEntries(lines.map(([key = '', value = '']) => [key, value.trim()]))
  }
})

function podOf(name: string, { pod, container }: Case, report = REPORT): V1Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      restartPolicy: 'Never',
      ...(pod && { securityContext: pod }),
      containers: [
        {
          name: 'c',
          image: IMAGE,
          command: ['/bin/sh', '-c', report],
          volumeMounts: [{ name: 'v', mountPath: '/volume' }],
          ...(container && { securityContext: container }),
        },
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
    },
  }
}

function explained(pod: V1Pod): EffectiveContainer {
  const template = podTemplateOf(pod as unknown as KubernetesObject)
  const [container] = template === undefined ? [] : effectiveSecurityContext(template).containers
  if (container === undefined) throw new Error('the pod has one container')
  return container
}

function conflictsOf(notes: readonly Note[] = []): readonly string[] {
  return notes.filter(({ kind }) => kind === 'conflict').map(({ message }) => message.id)
}

/** The set as /proc/PID/status prints it, without what `limit` has not. */
function mask(names: readonly string[], limit: bigint): string {
  const bits = names.reduce((sum, name) => sum | (1n << BigInt(CAPABILITIES.indexOf(name))), 0n)
  return (bits & limit).toString(16).padStart(16, '0')
}
