import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PodSpec } from '../../kubernetes/index.ts'
import { podSecurityChecks } from './checks/index.ts'
import { CONTROLS } from './controls/index.ts'
import { evaluatePod, isPodAllowed } from './evaluate.ts'
import type { PodView } from './pod.ts'
import { controlsOf } from './registry.ts'
import { summarize } from './summary.ts'
import { LEVELS, NEWEST_MINOR, type PolicyVersion } from './version.ts'

/** A record of which any field may be absent. */
const some = <Fields>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) =>
  fc.record(fields, { requiredKeys: [] })
const list = <Item>(item: fc.Arbitrary<Item>) => fc.array(item, { maxLength: 3 })

const text = fc.oneof(fc.constantFrom('', 'a', 'b'), fc.string({ unit: 'binary', maxLength: 4 }))
const profile = some({ type: fc.oneof(text, fc.constantFrom('RuntimeDefault', 'Localhost', 'Unconfined')) })
const capability = fc.oneof(
  text,
  fc.constantFrom('ALL', 'all', 'NET_BIND_SERVICE', 'CHOWN', 'NET_RAW', 'CAP_KILL'),
)
const user = fc.oneof(fc.nat(2), fc.nat())
const securityContext = {
  runAsNonRoot: fc.boolean(),
  runAsUser: user,
  seccompProfile: profile,
  appArmorProfile: profile,
  seLinuxOptions: some({
    type: fc.oneof(text, fc.constant('container_t')),
    user: text,
    role: text,
    level: text,
  }),
  windowsOptions: some({ hostProcess: fc.boolean(), runAsUserName: text }),
}
const handler = some({ httpGet: some({ host: text, path: text }), tcpSocket: some({ host: text }) })
const container = some({
  name: text,
  image: text,
  ports: list(some({ hostPort: fc.nat(70_000), containerPort: fc.nat(70_000) })),
  livenessProbe: handler,
  readinessProbe: handler,
  startupProbe: handler,
  lifecycle: some({ postStart: handler, preStop: handler }),
  securityContext: some({
    ...securityContext,
    privileged: fc.boolean(),
    allowPrivilegeEscalation: fc.boolean(),
    procMount: fc.oneof(text, fc.constantFrom('Default', 'Unmasked')),
    capabilities: some({ add: list(capability), drop: list(capability) }),
  }),
})
const source = fc.constantFrom('hostPath', 'emptyDir', 'nfs', 'secret', 'image', 'fc', 'hostpath')
const volume = fc
  .tuple(text, fc.option(source))
  .map(([name, field]) => (field === null ? { name } : { name, [field]: {} }))
const annotation = fc.oneof(
  text,
  text.map((name) => `container.apparmor.security.beta.kubernetes.io/${name}`),
  text.map((name) => `container.seccomp.security.alpha.kubernetes.io/${name}`),
  fc.constant('seccomp.security.alpha.kubernetes.io/pod'),
)
const spec = some({
  hostNetwork: fc.boolean(),
  hostPID: fc.boolean(),
  hostIPC: fc.boolean(),
  hostUsers: fc.boolean(),
  os: some({ name: fc.constantFrom('linux', 'windows', '') }),
  securityContext: some({ ...securityContext, sysctls: list(some({ name: text, value: text })) }),
  containers: list(container),
  initContainers: list(container),
  ephemeralContainers: list(container),
  volumes: list(volume),
}) as fc.Arbitrary<PodSpec>
const pods: fc.Arbitrary<PodView> = fc.record({
  metadata: some({ annotations: fc.dictionary(annotation, text, { maxKeys: 4 }) }),
  spec,
})
const versions: fc.Arbitrary<PolicyVersion> = fc.oneof(
  fc.nat(NEWEST_MINOR + 2),
  fc.constant('latest' as const),
)

describe('any pod', () => {
  test('gets an answer of one piece', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LEVELS), versions, pods, (level, version, pod) => {
        const violations = evaluatePod(level, version, pod)
        expect(isPodAllowed(level, version, pod)).toBe(violations.length === 0)
        expect(summarize(violations).allowed).toBe(violations.length === 0)
        for (const { reason, detail, offences } of violations) {
          expect(reason).not.toBe('')
          expect(offences.length).toBeGreaterThan(0)
          // The texts may name containers without a name, but never a value that is not there.
          expect(detail).not.toContain('undefined')
        }
      }),
    )
  })

  test('is forbidden exactly where there is something to say', () => {
    fc.assert(
      fc.property(pods, (pod) => {
        for (const { id, revisions } of CONTROLS) {
          for (const revision of revisions) {
            expect(revision.offences(pod).length > 0, `${id} v1.${revision.since}`).toBe(
              revision.forbids(pod),
            )
          }
        }
      }),
    )
  })

  test('is reported by the checks of the controls that it violates, within itself', () => {
    fc.assert(
      fc.property(versions, pods, (version, { metadata = {}, spec }) => {
        const pod = { path: ['spec', 'template'], metadata, spec }
        const object = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { metadata, spec } } }
        const reported = podSecurityChecks('restricted', version).filter((check) => {
          let found = false
          check.run({ object, pod }, ({ path }) => {
            found = true
            expect(path.slice(0, 2)).toEqual(pod.path)
          })
          return found
        })
        const violated = evaluatePod('restricted', version, pod).map(({ check }) => check)
        expect(reported.map(({ id }) => id)).toEqual(violated)
      }),
    )
  })
})

test('what baseline forbids, restricted forbids', () => {
  fc.assert(
    fc.property(versions, pods, (version, pod) => {
      // Kubernetes' own gap: on Windows the restricted controls over capabilities and seccomp forbid nothing, and
      // yet stand in for those of baseline.
      fc.pre(pod.spec.os?.name !== 'windows')
      const restricted = evaluatePod('restricted', version, pod).map(({ check }) => check)
      for (const { check } of evaluatePod('baseline', version, pod)) {
        const stricter = controlsOf('restricted', version).find(({ revision }) =>
          revision.overrides?.includes(check),
        )
        expect(restricted).toContain(stricter?.control.id ?? check)
      }
    }),
  )
})
