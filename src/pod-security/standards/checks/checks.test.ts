import { describe, expect, test } from 'vitest'
import type { Detection, PatchOperation } from '../../../findings/index.ts'
import { formatFieldPath, type KubernetesObject, podTemplateOf } from '../../../kubernetes/index.ts'
import { createRenderer, LANGUAGES } from '../../../messages/index.ts'
import { CONTROLS } from '../controls/index.ts'
import type { Level, PolicyVersion } from '../version.ts'
import { allPodSecurityChecks, podSecurityChecks } from './index.ts'

const renderers = LANGUAGES.map((language) =>
  createRenderer(
    allPodSecurityChecks().map(({ messages }) => messages),
    language,
  ),
)

/** Violates every control that it can violate at once. */
const worst = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  spec: {
    jobTemplate: {
      spec: {
        template: {
          metadata: {
            annotations: {
              'container.apparmor.security.beta.kubernetes.io/app': 'unconfined',
              'seccomp.security.alpha.kubernetes.io/pod': 'unconfined',
            },
          },
          spec: {
            hostNetwork: true,
            hostPID: true,
            hostIPC: true,
            securityContext: {
              sysctls: [{ name: 'kernel.msgmax', value: '1' }],
              seLinuxOptions: { type: 'spc_t', user: 'system_u' },
              runAsUser: 0,
              appArmorProfile: { type: 'Unconfined' },
            },
            initContainers: [{ name: 'bare' }],
            containers: [
              {
                name: 'app',
                ports: [{ containerPort: 80, hostPort: 80 }, { containerPort: 81 }],
                livenessProbe: { httpGet: { host: '127.0.0.1' }, tcpSocket: { host: 'db' } },
                lifecycle: { preStop: { httpGet: { host: 'h' } } },
                securityContext: {
                  privileged: true,
                  procMount: 'Unmasked',
                  capabilities: { add: ['SYS_ADMIN', 'chown', 'NET_RAW'], drop: ['KILL'] },
                  seccompProfile: { type: 'Unconfined' },
                  windowsOptions: { hostProcess: true },
                },
              },
              { name: 'silent', securityContext: { runAsUser: 1000 } },
            ],
            volumes: [
              { name: 'root', hostPath: { path: '/' } },
              { name: 'share', nfs: { server: 's', path: '/' } },
            ],
          },
        },
      },
    },
  },
}

describe('every control', () => {
  test('has a check with its id, in the same order', () => {
    expect(allPodSecurityChecks().map(({ id }) => id)).toEqual(CONTROLS.map(({ id }) => id))
  })

  test.each([
    ['baseline', 'latest'],
    ['restricted', 'latest'],
    ['baseline', 18],
    ['restricted', 34],
  ] as const)('speaks every language and quotes Kubernetes: %s %s', (level, version) => {
    const found = detect(worst, level, version)
    expect(new Set(found.map(({ id }) => id)).size).toBe(podSecurityChecks(level, version).length)
    for (const { id, message, remediation } of found) {
      const [english = '', korean = ''] = renderers.map((render) => render(message))
      expect(english, id).toMatch(/^[a-z].*: .+ \(.+\)$/s)
      expect(korean, id).toMatch(/니다(\(.+\))? \(`.+`\)$/)
      expect(`${english}${korean}`, id).not.toContain('undefined')
      const advice = renderers.map((render) => remediation?.message && render(remediation.message))
      expect(advice[0], id).toMatch(/^[A-Z].*\.$/)
      expect(advice[1], id).toMatch(/니다\.$/)
    }
  })

  test('is mended by its patch', () => {
    for (const level of ['baseline', 'restricted'] as const) {
      for (const finding of detect(worst, level, 'latest')) {
        const patch = finding.remediation?.patch ?? []
        if (patch.length === 0) continue
        const left = detect(applied(worst, patch), level, 'latest')
        expect(left.map(named)).not.toContainEqual(named(finding))
      }
    }
  })
})

describe('places and patches', () => {
  test('stand in the template', () => {
    const [first] = detect(worst, 'restricted', 'latest').filter(({ id }) => id === 'privileged')
    expect(first && formatFieldPath(first.path)).toBe(
      'spec.jobTemplate.spec.template.spec.containers[0].securityContext.privileged',
    )
  })

  test('one finding speaks of all containers that inherit nothing', () => {
    const object = pod({ containers: [{ name: 'a' }, { name: 'b' }] })
    const [nonRoot] = detect(object, 'restricted', 'latest').filter(({ id }) => id === 'runAsNonRoot')
    expect(nonRoot?.path).toEqual(['spec', 'securityContext', 'runAsNonRoot'])
    expect(nonRoot?.message.data).toMatchObject({ names: ['a', 'b'] })
    expect(nonRoot?.remediation).toMatchObject({
      safe: false,
      patch: [{ op: 'add', path: ['spec', 'securityContext'], value: { runAsNonRoot: true } }],
    })
  })

  test.each([
    ['the user ID excludes root anyway', { runAsUser: 1000 }, {}, true],
    ['the user is root', { runAsUser: 0 }, {}, false],
    ['the image decides', {}, {}, false],
    [
      'user IDs mean nothing on Windows',
      { runAsUser: 1000 },
      { nodeSelector: { 'kubernetes.io/os': 'windows' } },
      false,
    ],
  ])('runAsNonRoot is safe only where %s', (_, securityContext, fields, safe) => {
    const object = pod({ securityContext, containers: [{ name: 'a' }], ...fields })
    const [found] = detect(object, 'restricted', 'latest').filter(({ id }) => id === 'runAsNonRoot')
    expect(found?.remediation?.safe).toBe(safe)
  })

  test('capabilities in small letters are respelt safely', () => {
    const capabilities = { add: ['net_bind_service'], drop: ['all'] }
    const object = pod({ containers: [{ name: 'a', securityContext: { capabilities } }] })
    const found = detect(object, 'restricted', 'latest').filter(({ id }) => id === 'capabilities_restricted')
    expect(found.map(({ remediation }) => remediation?.safe)).toEqual([true, true])
    const mended = applied(
      object,
      found.flatMap(({ remediation }) => remediation?.patch ?? []),
    )
    expect(detect(mended, 'restricted', 'latest').map(({ id }) => id)).not.toContain(
      'capabilities_restricted',
    )
  })

  test('no patch asks for what the API server refuses', () => {
    const object = pod({ containers: [{ name: 'a', securityContext: { privileged: true } }] })
    const [found] = detect(object, 'restricted', 'latest').filter(
      ({ id }) => id === 'allowPrivilegeEscalation',
    )
    expect(found?.remediation?.patch).toEqual([])
  })

  test('a port that is of the node by default alone is not removed', () => {
    const object = pod({ hostNetwork: true, containers: [{ name: 'a', ports: [{ containerPort: 80 }] }] })
    const [found] = detect(object, 'baseline', 'latest').filter(({ id }) => id === 'hostPorts')
    expect(found?.path).toEqual(['spec', 'containers', 0, 'ports', 0, 'hostPort'])
    expect(found?.remediation?.patch).toEqual([])
  })
})

test('an object without a pod is not looked at', () => {
  expect(detect({ apiVersion: 'v1', kind: 'Service' }, 'restricted', 'latest')).toEqual([])
})

function named({ id, path, message }: Detection & { id: string }) {
  return { id, path, data: message.data }
}

function pod(spec: object): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Pod', spec }
}

function detect(object: KubernetesObject, level: Level, version: PolicyVersion) {
  const template = podTemplateOf(object)
  const found: (Detection & { id: string })[] = []
  for (const check of podSecurityChecks(level, version)) {
    const subject = template === undefined ? { object } : { object, pod: template }
    check.run(subject, (detection) => found.push({ ...detection, id: check.id }))
  }
  return found
}

/** The object after the patch; throws where RFC 6902 calls the patch an error. */
function applied<Target extends KubernetesObject>(object: Target, patch: readonly PatchOperation[]): Target {
  const copy = structuredClone(object)
  for (const operation of patch) {
    const holder = operation.path
      .slice(0, -1)
      .reduce<Record<string | number, unknown>>((at, part) => at[part] as Record<string, unknown>, copy)
    const field = operation.path.at(-1) ?? ''
    if (operation.op === 'move') throw new Error('no check moves anything')
    if (operation.op !== 'add' && !(field in holder))
      throw new Error(`nothing at ${formatFieldPath(operation.path)}`)
    if (operation.op !== 'remove') holder[field] = operation.value
    else if (Array.isArray(holder)) holder.splice(Number(field), 1)
    else delete holder[field]
  }
  return copy
}
