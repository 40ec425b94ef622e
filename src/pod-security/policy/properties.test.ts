import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pod } from '../../kubernetes/index.ts'
import { evaluatePod } from '../standards/evaluate.ts'
import { admitPod } from './admission.ts'
import { evalPodSecurityPolicy } from './answer.ts'
import { changesBetween } from './check/changes.ts'
import { decodePolicy } from './decode-policy.ts'
import { POLICY_CONTROLS } from './migration/coverage.ts'
import { planMigration } from './migration/migrate.ts'
import { createProvider, type PolicyProvider } from './provider.ts'
import type { PodSecurityPolicy } from './types.ts'

/** Few ids, profiles and names, so that policies and pods meet often. */
const id = fc.constantFrom(0, 1, 1000, 65534)
const range = fc.tuple(id, id).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }))
const ranges = fc.array(range, { minLength: 1, maxLength: 2 })
const capability = fc.constantFrom('ALL', 'NET_BIND_SERVICE', 'CHOWN', 'SYS_ADMIN')
const capabilities = fc.uniqueArray(capability, { maxLength: 3 })
const seccompProfile = fc.constantFrom('runtime/default', 'localhost/a', 'unconfined')
const appArmorProfile = fc.constantFrom('runtime/default', 'localhost/a')
const sysctl = fc.constantFrom('kernel.shm_rmid_forced', 'kernel.msgmax', 'net.core.somaxconn')
const volumeType = fc.constantFrom('configMap', 'emptyDir', 'hostPath', 'nfs', 'csi', '*')
const seLinuxOptions = fc.constantFrom({ level: 's0:c1,c2' }, { type: 'container_t' }, { type: 'spc_t' })

const groupRule = fc.oneof(
  fc.constant({ rule: 'RunAsAny' }),
  fc.record({ rule: fc.constantFrom('MustRunAs', 'MayRunAs'), ranges }),
)

const spec = fc.record(
  {
    privileged: fc.boolean(),
    defaultAddCapabilities: capabilities,
    requiredDropCapabilities: capabilities,
    allowedCapabilities: fc.uniqueArray(fc.oneof(capability, fc.constant('*')), { maxLength: 3 }),
    volumes: fc.uniqueArray(volumeType, { maxLength: 5 }),
    hostNetwork: fc.boolean(),
    hostPorts: fc.array(range, { maxLength: 1 }),
    hostPID: fc.boolean(),
    hostIPC: fc.boolean(),
    seLinux: fc.oneof(
      fc.constant({ rule: 'RunAsAny' }),
      fc.record({ rule: fc.constant('MustRunAs'), seLinuxOptions }),
    ),
    runAsUser: fc.oneof(
      fc.constantFrom({ rule: 'RunAsAny' }, { rule: 'MustRunAsNonRoot' }),
      fc.record({ rule: fc.constant('MustRunAs'), ranges }),
    ),
    runAsGroup: groupRule,
    supplementalGroups: groupRule,
    fsGroup: groupRule,
    readOnlyRootFilesystem: fc.boolean(),
    defaultAllowPrivilegeEscalation: fc.boolean(),
    allowPrivilegeEscalation: fc.boolean(),
    allowedUnsafeSysctls: fc.uniqueArray(fc.oneof(sysctl, fc.constantFrom('kernel.*', 'net.*')), {
      maxLength: 2,
    }),
    forbiddenSysctls: fc.uniqueArray(sysctl, { maxLength: 1 }),
    allowedProcMountTypes: fc.uniqueArray(fc.constantFrom('Default', 'Unmasked'), { maxLength: 2 }),
    runtimeClass: fc.record(
      {
        allowedRuntimeClassNames: fc.constantFrom(['*'], ['gvisor']),
        defaultRuntimeClassName: fc.constant('gvisor'),
      },
      { requiredKeys: ['allowedRuntimeClassNames'] },
    ),
  },
  { requiredKeys: ['seLinux', 'runAsUser', 'supplementalGroups', 'fsGroup'] },
)

const profileList = (profile: fc.Arbitrary<string>) =>
  fc.uniqueArray(profile, { minLength: 1, maxLength: 3 }).map((profiles) => profiles.join())

/** Policies whose rules can be used; not all of them are valid, as the engine does not depend on that. */
const policies: fc.Arbitrary<PodSecurityPolicy> = fc.record({
  metadata: fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    annotations: fc.record(
      {
        'seccomp.security.alpha.kubernetes.io/allowedProfileNames': profileList(
          fc.oneof(seccompProfile, fc.constant('*')),
        ),
        'seccomp.security.alpha.kubernetes.io/defaultProfileName': seccompProfile,
        'apparmor.security.beta.kubernetes.io/allowedProfileNames': profileList(appArmorProfile),
        'apparmor.security.beta.kubernetes.io/defaultProfileName': appArmorProfile,
      },
      { requiredKeys: [] },
    ),
  }),
  spec,
})

const optional = { requiredKeys: [] }

const seccompField = fc.constantFrom(
  { type: 'RuntimeDefault' },
  { type: 'Unconfined' },
  { type: 'Localhost', localhostProfile: 'a' },
)

const container = (name: string) =>
  fc.record(
    {
      name: fc.constant(name),
      image: fc.constant('example.com/app'),
      ports: fc.array(fc.record({ containerPort: fc.constant(80), hostPort: fc.constantFrom(0, 80) }), {
        maxLength: 1,
      }),
      volumeMounts: fc.constant([{ name: 'data', mountPath: '/data' }]),
      securityContext: fc.record(
        {
          privileged: fc.boolean(),
          runAsUser: id,
          runAsGroup: id,
          runAsNonRoot: fc.boolean(),
          readOnlyRootFilesystem: fc.boolean(),
          allowPrivilegeEscalation: fc.boolean(),
          procMount: fc.constantFrom('Default', 'Unmasked'),
          capabilities: fc.record({ add: capabilities, drop: capabilities }, optional),
          seccompProfile: seccompField,
        },
        optional,
      ),
    },
    { requiredKeys: ['name', 'image'] },
  )

const volume = fc.constantFrom(
  { name: 'data', emptyDir: {} },
  { name: 'data', hostPath: { path: '/var/log' } },
  { name: 'data', nfs: { server: 'nfs', path: '/' } },
  { name: 'data', configMap: { name: 'settings' } },
  { name: 'data' },
)

/** Pods with whatever a policy looks at. */
const pods: fc.Arbitrary<Pod> = fc.record({
  apiVersion: fc.constant('v1'),
  kind: fc.constant('Pod'),
  metadata: fc.record(
    {
      name: fc.constant('pod'),
      annotations: fc.record(
        {
          'seccomp.security.alpha.kubernetes.io/pod': seccompProfile,
          'container.apparmor.security.beta.kubernetes.io/main': appArmorProfile,
        },
        optional,
      ),
    },
    { requiredKeys: ['name'] },
  ),
  spec: fc.record(
    {
      containers: container('main').map((main) => [main]),
      initContainers: container('init').map((init) => [init]),
      volumes: fc.array(volume, { maxLength: 1 }),
      hostNetwork: fc.boolean(),
      hostPID: fc.boolean(),
      runtimeClassName: fc.constantFrom('gvisor', 'kata'),
      securityContext: fc.record(
        {
          runAsUser: id,
          runAsGroup: id,
          runAsNonRoot: fc.boolean(),
          fsGroup: id,
          supplementalGroups: fc.array(id, { maxLength: 2 }),
          sysctls: sysctl.map((name) => [{ name, value: '1' }]),
          seccompProfile: seccompField,
        },
        optional,
      ),
    },
    { requiredKeys: ['containers'] },
  ),
})

describe('one policy', () => {
  test('mutating twice is mutating once', () => {
    fc.assert(
      fc.property(policies, pods, (policy, pod) => {
        const { mutate } = providerOf(policy)
        const once = mutate(pod)
        expect(mutate(once)).toBe(once)
      }),
    )
  })

  test('mutation leaves the given pod as it is, and what it sets is what it lists', () => {
    fc.assert(
      fc.property(policies, pods, (policy, pod) => {
        const before = structuredClone(pod)
        const mutated = providerOf(policy).mutate(pod)
        expect(pod).toEqual(before)
        expect(changesBetween(pod, mutated).length === 0).toBe(mutated === pod)
      }),
    )
  })

  test('whom the mutating phase admits, the validating phase lets pass, by the same policy', () => {
    fc.assert(
      fc.property(fc.array(policies, { minLength: 1, maxLength: 3 }), pods, (several, pod) => {
        const providers = several.map(providerOf)
        const request = { operation: 'CREATE', pod, providers, isAuthorized: () => true }
        const { allowed, policy, pod: admitted, denial } = admitPod(request)
        expect(denial ?? '').not.toContain('unable to validate pod')
        if (!allowed) return
        const update = admitPod({ ...request, operation: 'UPDATE', pod: admitted, oldPod: pod })
        expect(update.allowed).toBe(true)
        expect(update.policy ?? policy).toBe(policy)
        expect(update.pod).toBe(admitted)
      }),
    )
  })

  test('who complies without mutation complies after it, but for what the policy itself adds', () => {
    fc.assert(
      fc.property(policies, pods, (policy, pod) => {
        // A default that the same policy forbids is the policy's own contradiction, which validation would refuse.
        const provider = providerOf(withoutContradictions(policy))
        if (provider.validate(pod).length > 0) return
        expect(provider.validate(provider.mutate(pod)).map(({ message }) => message)).toEqual([])
      }),
    )
  })
})

describe('bad input', () => {
  test('no value makes the engine throw', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (policy, pod) => {
        const { policy: decoded } = decodePolicy(policy)
        const provider = createProvider(decoded)
        expect('reasons' in provider ? provider.reasons.length : 1).toBeGreaterThan(0)
        const answer = evalPodSecurityPolicy({
          policies: [decoded],
          operation: 'CREATE',
          pod: (typeof pod === 'object' && pod !== null ? pod : {}) as Pod,
        })
        expect('error' in answer || typeof answer.allowed === 'boolean').toBe(true)
      }),
    )
  })

  test('nulls anywhere are absent fields', () => {
    const nulls = { metadata: null, spec: { containers: [null], securityContext: null, volumes: null } }
    const answer = evalPodSecurityPolicy({
      policies: [{ metadata: { name: 'a' }, spec: MINIMAL }],
      operation: 'CREATE',
      pod: nulls as unknown as Pod,
    })
    expect(answer).toMatchObject({ allowed: true, policy: 'a', errors: [] })
  })
})

const MINIMAL = {
  seLinux: { rule: 'RunAsAny' },
  runAsUser: { rule: 'RunAsAny' },
  supplementalGroups: { rule: 'RunAsAny' },
  fsGroup: { rule: 'RunAsAny' },
}

function providerOf(policy: PodSecurityPolicy): PolicyProvider {
  const provider = createProvider(decodePolicy(policy).policy)
  if ('reasons' in provider) throw new Error(provider.reasons.join())
  return provider
}

function withoutContradictions({ metadata, spec }: PodSecurityPolicy): PodSecurityPolicy {
  const { defaultAllowPrivilegeEscalation: _, runtimeClass: __, ...rest } = spec ?? {}
  return { metadata: { name: metadata?.name ?? '' }, spec: rest }
}

describe('the plan of a migration', () => {
  test('a level to enforce refuses nothing that the policy admits', () => {
    fc.assert(
      fc.property(policies, pods, (given, pod) => {
        const { policy } = decodePolicy(given)
        const provider = createProvider(policy)
        if ('reasons' in provider || provider.validate(provider.mutate(pod)).length > 0) return
        const { enforce } = planMigration(policy).modes
        expect(evaluatePod(enforce, 'latest', viewOf(pod))).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  test('a control that is not open holds for every pod that the policy has mutated and admitted', () => {
    fc.assert(
      fc.property(policies, pods, (given, pod) => {
        const { policy } = decodePolicy(given)
        const provider = createProvider(policy)
        if ('reasons' in provider) return
        const mutated = provider.mutate(pod)
        if (provider.validate(mutated).length > 0) return
        const violated = evaluatePod('restricted', 'latest', viewOf(mutated)).map(({ check }) => check)
        for (const { id, coverage } of POLICY_CONTROLS) {
          // What the policy is content with may be less than what the control wants written down.
          if (id === 'runAsNonRoot' || id === 'runAsUser' || id.startsWith('seccomp')) continue
          if (coverage(policy) !== 'open') expect(violated).not.toContain(id)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

function viewOf({ metadata, spec }: Pod) {
  return { metadata: metadata ?? {}, spec: spec ?? {} }
}
