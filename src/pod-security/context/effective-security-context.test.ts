import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FieldPath, type KubernetesObject, podTemplateOf } from '../../kubernetes/index.ts'
import { createRenderer } from '../../messages/index.ts'
import { effectivePod } from './effective.fixture.ts'
import type { EffectiveContainer } from './effective-pod.ts'
import { effectiveSecurityContext } from './effective-security-context.ts'
import { EFFECTIVE_CONTEXT_MESSAGES } from './index.ts'
import type { Setting } from './setting.ts'

describe('containers', () => {
  it('are told in the order in which they start, each with its role and path', () => {
    const pod = effectivePod({
      containers: [{ name: 'app' }],
      initContainers: [{ name: 'setup' }, { name: 'proxy', restartPolicy: 'Always' }],
      ephemeralContainers: [{ name: 'debug' }],
    })
    expect(pod.containers.map(({ name, role, path }) => [name, role, path.join('.')])).toEqual([
      ['setup', 'init', 'spec.initContainers.0'],
      ['proxy', 'sidecar', 'spec.initContainers.1'],
      ['app', 'regular', 'spec.containers.0'],
      ['debug', 'ephemeral', 'spec.ephemeralContainers.0'],
    ])
  })

  it('of a workload have paths from the workload’s root', () => {
    const spec = { securityContext: { runAsUser: 5 }, containers: [{ name: 'c' }] }
    const cronJob = { spec: { jobTemplate: { spec: { template: { spec } } } } }
    const template = podTemplateOf({ apiVersion: 'batch/v1', kind: 'CronJob', ...cronJob })
    const pod = template && effectiveSecurityContext(template)
    expect(pod?.containers[0]?.linux?.user.source).toEqual({
      from: 'pod',
      path: ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'securityContext', 'runAsUser'],
    })
  })
})

/** For each field that both contexts have: two values, and the setting that it decides. */
const MERGED: readonly {
  readonly field: string
  readonly values: readonly [unknown, unknown]
  readonly os?: 'windows'
  readonly setting: (container: EffectiveContainer) => Setting<unknown> | undefined
}[] = [
  { field: 'runAsUser', values: [5, 0], setting: ({ linux }) => linux?.user },
  { field: 'runAsGroup', values: [5, 0], setting: ({ linux }) => linux?.group },
  { field: 'runAsNonRoot', values: [true, false], setting: ({ linux }) => linux?.runAsNonRoot },
  {
    field: 'seccompProfile',
    values: [{ type: 'RuntimeDefault' }, { type: 'Unconfined' }],
    setting: ({ linux }) => linux?.seccomp,
  },
  {
    field: 'appArmorProfile',
    values: [{ type: 'RuntimeDefault' }, { type: 'Unconfined' }],
    setting: ({ linux }) => linux?.appArmor,
  },
  {
    field: 'seLinuxOptions',
    values: [{ level: 's0' }, { type: 't' }],
    setting: ({ linux }) => linux?.seLinux,
  },
  {
    field: 'runAsNonRoot',
    values: [true, false],
    os: 'windows',
    setting: ({ windows }) => windows?.runAsNonRoot,
  },
]

describe('properties', () => {
  it('the container’s value wins, else the pod’s applies, and the source is the field that gave it', () => {
    const level = fc.constantFrom(undefined, 0, 1)
    fc.assert(
      fc.property(
        fc.constantFrom(...MERGED),
        level,
        level,
        ({ field, values, os, setting }, atPod, atContainer) => {
          fc.pre(atPod !== undefined || atContainer !== undefined)
          const context = (choice: number | undefined) =>
            choice === undefined ? {} : { securityContext: { [field]: values[choice] } }
          const { containers } = effectivePod({
            ...(os && { os: { name: os } }),
            ...context(atPod),
            containers: [{ name: 'c', ...context(atContainer) }],
          })
          const [container] = containers
          const applied = container && setting(container)
          expect(applied?.value).toEqual(values[atContainer ?? atPod ?? 0])
          expect(applied?.source.from).toBe(atContainer === undefined ? 'pod' : 'container')
        },
      ),
    )
  })

  it('every source exists in the object, whatever the object; every note has words in both languages', () => {
    const renderers = (['en', 'ko'] as const).map((language) =>
      createRenderer(EFFECTIVE_CONTEXT_MESSAGES, language),
    )
    fc.assert(
      fc.property(podObject(), fc.constantFrom('containerd', 'cri-o'), (object, runtime) => {
        const template = podTemplateOf(object)
        if (template === undefined) return
        const pod = effectiveSecurityContext(template, { runtime })
        for (const { source, notes } of settingsIn(pod)) {
          if ('path' in source) expect(valueAt(object, source.path), source.path.join('.')).toBeDefined()
          for (const { message } of notes)
            for (const render of renderers) expect(render(message)).not.toMatch(/undefined|\[object/)
        }
        for (const { path } of pod.withoutEffect) expect(valueAt(object, path)).toBeDefined()
      }),
      { numRuns: 300 },
    )
  })

  it('never throws on what is not a pod spec at all', () => {
    fc.assert(
      fc.property(fc.object({ maxDepth: 3, key: fieldName() }), (spec) => {
        expect(effectivePod(spec).containers).toBeInstanceOf(Array)
      }),
    )
  })
})

/** Field names that the engine reads, so that made-up objects meet its code. */
function fieldName(): fc.Arbitrary<string> {
  const security = [
    'runAsUser',
    'privileged',
    'capabilities',
    'add',
    'drop',
    'seccompProfile',
    'type',
    'sysctls',
  ]
  const spec = [
    'containers',
    'volumes',
    'volumeMounts',
    'name',
    'securityContext',
    'hostNetwork',
    'os',
    'ports',
  ]
  return fc.constantFrom(...security, ...spec)
}

function podObject(): fc.Arbitrary<KubernetesObject> {
  const wrong = fc.constantFrom<unknown[]>('text', -1, [], {}, null)
  const maybe = (arbitrary: fc.Arbitrary<unknown>) =>
    fc.option(fc.oneof({ weight: 8, arbitrary }, { weight: 1, arbitrary: wrong }), { nil: undefined })
  const id = maybe(fc.constantFrom(0, 1000))
  const flag = maybe(fc.boolean())
  const profile = maybe(fc.constantFrom({ type: 'Unconfined' }, { type: 'Localhost', localhostProfile: 'x' }))
  const shared = {
    runAsUser: id,
    runAsGroup: id,
    runAsNonRoot: flag,
    seccompProfile: profile,
    appArmorProfile: profile,
    seLinuxOptions: maybe(fc.constantFrom({ level: 's0' }, { type: 't' })),
    windowsOptions: maybe(fc.record({ runAsUserName: fc.constant('u'), hostProcess: flag })),
  }
  const names = maybe(
    fc.array(fc.constantFrom('ALL', 'NET_RAW', 'CAP_KILL', 'SYS_ADMIN', 'NOPE'), { maxLength: 2 }),
  )
  const container = fc.record({
    name: fc.constantFrom('a', 'b'),
    restartPolicy: maybe(fc.constant('Always')),
    securityContext: maybe(
      fc.record({
        ...shared,
        privileged: flag,
        allowPrivilegeEscalation: flag,
        procMount: maybe(fc.constant('Unmasked')),
        capabilities: maybe(fc.record({ add: names, drop: names })),
      }),
    ),
    ports: maybe(fc.array(fc.record({ containerPort: fc.constant(80), hostPort: maybe(fc.constant(81)) }))),
    volumeMounts: maybe(
      fc.array(fc.record({ name: fc.constantFrom('v', 'w'), mountPath: fc.constant('/m'), readOnly: flag })),
    ),
  })
  const volume = fc.constantFrom(
    { name: 'v' },
    { name: 'v', hostPath: { path: '/' } },
    { name: 'v', nfs: { readOnly: true } },
    { name: 'w', projected: { sources: [{ serviceAccountToken: {} }] } },
  )
  const spec = fc.record({
    hostNetwork: flag,
    hostPID: flag,
    hostUsers: flag,
    shareProcessNamespace: flag,
    automountServiceAccountToken: flag,
    os: maybe(fc.constantFrom({ name: 'windows' }, { name: 'linux' })),
    securityContext: maybe(
      fc.record({
        ...shared,
        fsGroup: id,
        supplementalGroups: maybe(fc.array(fc.constantFrom(0, 7))),
        sysctls: maybe(
          fc.array(fc.record({ name: fc.constantFrom('net.x', 'vm.x'), value: maybe(fc.constant('1')) })),
        ),
      }),
    ),
    initContainers: maybe(fc.array(container, { maxLength: 1 })),
    containers: maybe(fc.array(container, { maxLength: 2 })),
    volumes: maybe(fc.array(volume, { maxLength: 2 })),
  })
  const annotations = fc.constantFrom(
    {},
    { 'container.apparmor.security.beta.kubernetes.io/a': 'localhost/x' },
    {
      'container.apparmor.security.beta.kubernetes.io/b': 'what',
      'seccomp.security.alpha.kubernetes.io/pod': 'x',
    },
  )
  return fc.record({
    apiVersion: fc.constant('v1'),
    kind: fc.constant('Pod'),
    metadata: fc.record({ annotations }),
    spec,
  }) as fc.Arbitrary<KubernetesObject>
}

/** Every setting anywhere in a value. */
function settingsIn(value: unknown): readonly Setting<unknown>[] {
  if (Array.isArray(value)) return value.flatMap(settingsIn)
  if (typeof value !== 'object' || value === null) return []
  if ('value' in value && 'source' in value && 'notes' in value) return [value as Setting<unknown>]
  return Object.values(value).flatMap(settingsIn)
}

function valueAt(object: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (value, part) => (value as Record<string | number, unknown> | undefined)?.[part],
    object,
  )
}
