import { describe, expect, test } from 'vitest'
import { createRenderer, LANGUAGES } from '../../../messages/index.ts'
import { decodePolicy } from '../decode-policy.ts'
import { migrationMessages, stricterMessages, unruledMessages, unstatedMessages } from './messages.ts'
import { planMigration } from './migrate.ts'

const ANY = {
  seLinux: { rule: 'RunAsAny' },
  runAsUser: { rule: 'RunAsAny' },
  supplementalGroups: { rule: 'RunAsAny' },
  fsGroup: { rule: 'RunAsAny' },
}

const SECCOMP_ALLOWED = 'seccomp.security.alpha.kubernetes.io/allowedProfileNames'
const SECCOMP_DEFAULT = 'seccomp.security.alpha.kubernetes.io/defaultProfileName'

const PRIVILEGED = {
  metadata: { name: 'privileged', annotations: { [SECCOMP_ALLOWED]: '*' } },
  spec: {
    ...ANY,
    privileged: true,
    allowedCapabilities: ['*'],
    volumes: ['*'],
    hostNetwork: true,
    hostPorts: [{ min: 0, max: 65535 }],
    hostIPC: true,
    hostPID: true,
  },
}

const RESTRICTED = {
  metadata: {
    name: 'restricted',
    annotations: {
      [SECCOMP_ALLOWED]: 'docker/default,runtime/default',
      [SECCOMP_DEFAULT]: 'runtime/default',
    },
  },
  spec: {
    ...ANY,
    allowPrivilegeEscalation: false,
    requiredDropCapabilities: ['ALL'],
    volumes: ['configMap', 'emptyDir', 'projected', 'secret', 'downwardAPI', 'persistentVolumeClaim'],
    runAsUser: { rule: 'MustRunAsNonRoot' },
    supplementalGroups: { rule: 'MustRunAs', ranges: [{ min: 1, max: 65535 }] },
    fsGroup: { rule: 'MustRunAs', ranges: [{ min: 1, max: 65535 }] },
    readOnlyRootFilesystem: false,
  },
}

const plan = (policy: unknown) => planMigration(decodePolicy(policy).policy)

describe("the policies of the Kubernetes documentation's example", () => {
  test('privileged stays privileged', () => {
    const { level, mode, labels } = plan(PRIVILEGED)
    expect({ level, mode }).toEqual({ level: 'privileged', mode: 'enforce' })
    expect(labels['pod-security.kubernetes.io/enforce']).toBe('privileged')
  })

  test('restricted becomes restricted once manifests state what the policy filled in', () => {
    const { level, mode, modes, lost, mutations, stricter } = plan(RESTRICTED)
    expect({ level, mode, modes }).toEqual({
      level: 'restricted',
      mode: 'warn',
      modes: { enforce: 'baseline', audit: 'restricted', warn: 'restricted' },
    })
    expect(lost.map(({ field }) => field)).toEqual([
      'spec.supplementalGroups',
      'spec.fsGroup',
      `metadata.annotations[${SECCOMP_ALLOWED}]`,
    ])
    expect(mutations.map(({ field }) => field)).toEqual([
      'spec.runAsUser',
      'spec.supplementalGroups',
      'spec.fsGroup',
      'spec.requiredDropCapabilities',
      'spec.allowPrivilegeEscalation',
      `metadata.annotations[${SECCOMP_DEFAULT}]`,
    ])
    expect(stricter.map(({ message: { id } }) => id)).toEqual([
      'psp-migrate-unruled.appArmorProfile',
      'psp-migrate-unruled.seLinuxOptions',
      'psp-migrate-unstated.allowPrivilegeEscalation',
      'psp-migrate-unstated.capabilities_restricted',
      'psp-migrate-unstated.runAsNonRoot',
      'psp-migrate-unstated.seccompProfile_restricted',
      'psp-migrate-stricter.hostProbesAndHostLifecycle',
      'psp-migrate-stricter.windowsHostProcess',
    ])
  })
})

test('a policy that but for one host path is restricted: the path is what speaks against enforcing', () => {
  const spec = { ...RESTRICTED.spec, volumes: ['hostPath'], allowedHostPaths: [{ pathPrefix: '/var/log' }] }
  const { level, modes, stricter } = plan({ ...RESTRICTED, spec })
  expect(level).toBe('restricted')
  expect(modes.enforce).toBe('privileged')
  expect(stricter.map(({ control }) => control)).toEqual(
    expect.arrayContaining(['hostPathVolumes', 'restrictedVolumes']),
  )
})

test('what only privileged can hold loses every restriction by value', () => {
  const spec = {
    ...PRIVILEGED.spec,
    allowedHostPaths: [{ pathPrefix: '/var' }],
    hostPorts: [{ min: 80, max: 80 }],
  }
  const fields = plan({ ...PRIVILEGED, spec }).lost.map(({ field }) => field)
  expect(fields).toEqual(expect.arrayContaining(['spec.allowedHostPaths', 'spec.hostPorts']))
})

test('the labels pin the version that is asked for', () => {
  const { labels } = planMigration(decodePolicy(RESTRICTED).policy, 25)
  expect(labels).toEqual({
    'pod-security.kubernetes.io/enforce': 'baseline',
    'pod-security.kubernetes.io/enforce-version': 'v1.25',
    'pod-security.kubernetes.io/audit': 'restricted',
    'pod-security.kubernetes.io/audit-version': 'v1.25',
    'pod-security.kubernetes.io/warn': 'restricted',
    'pod-security.kubernetes.io/warn-version': 'v1.25',
  })
})

test.each(LANGUAGES)('every note can be said in %s', (language) => {
  const render = createRenderer(
    [migrationMessages, stricterMessages, unruledMessages, unstatedMessages],
    language,
  )
  const everything = [PRIVILEGED, RESTRICTED, { spec: ANY }].map(plan)
  const notes = everything.flatMap(({ lost, mutations, stricter }) => [...lost, ...mutations, ...stricter])
  expect(notes.map(({ message }) => render(message)).filter((text) => text.length < 10)).toEqual([])
})
