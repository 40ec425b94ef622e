import fc from 'fast-check'
import type { Pod } from '../../../kubernetes/index.ts'
import type { PodSecurityPolicy } from '../types.ts'

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
export const policies: fc.Arbitrary<PodSecurityPolicy> = fc.record({
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
export const pods: fc.Arbitrary<Pod> = fc.record({
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
