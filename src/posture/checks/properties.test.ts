import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Detection } from '../../findings/index.ts'
import { type KubernetesObject, podTemplateOf } from '../../kubernetes/index.ts'
import { createRenderer, LANGUAGES } from '../../messages/index.ts'
import { composeChecks, postureChecks } from '../catalogue.ts'

const renderers = LANGUAGES.map((language) =>
  createRenderer(
    postureChecks.map(({ messages }) => messages),
    language,
  ),
)

function runAll(object: KubernetesObject): Detection[] {
  const pod = podTemplateOf(object)
  const detections: Detection[] = []
  const subject = { object, ...(pod !== undefined && { pod }) }
  for (const check of postureChecks) check.run(subject, (detection) => detections.push(detection))
  return detections
}

/** Everything that a report prints of a detection. */
function printed({ message, path, remediation }: Detection): string {
  const messages = remediation?.message === undefined ? [message] : [message, remediation.message]
  const prose = renderers.flatMap((render) => messages.map(render))
  return [...prose, JSON.stringify([message, path, remediation])].join('\n')
}

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const word = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    '',
    '/',
    '..',
    '--password',
    '$(X)',
    'nginx',
    'httpd:2.4',
    '컨테이너',
    '\u0000',
    '{{ .x }}',
  ),
)
const path = fc
  .oneof(
    fc.array(fc.constantFrom('var', 'run', 'lib', 'etc', 'kubelet', '..', '.', ''), { maxLength: 6 }),
    fc.constant(['docker.sock']),
  )
  .map((parts) => `/${parts.join('/')}`)

const securityContext = fc.record(
  {
    runAsUser: fc.constantFrom(0, 1, 65534, -1),
    runAsNonRoot: fc.boolean(),
    readOnlyRootFilesystem: fc.boolean(),
    capabilities: fc.constant({}),
    sysctls: fc.constant([]),
  },
  { requiredKeys: [] },
)
const resources = fc.record(
  {
    limits: fc.dictionary(fc.constantFrom('cpu', 'memory', 'x'), word, { maxKeys: 2 }),
    requests: fc.dictionary(fc.constantFrom('cpu', 'memory'), word, { maxKeys: 2 }),
  },
  { requiredKeys: [] },
)
const container = fc.record(
  {
    name: word,
    image: fc.oneof(word, fc.constantFrom('nginx', 'postgres:17', 'php:8-apache')),
    command: fc.array(word, { maxLength: 4 }),
    args: fc.array(word, { maxLength: 4 }),
    env: fc.array(
      fc.record(
        {
          name: word,
          value: word,
          valueFrom: fc.record({ secretKeyRef: optional(fc.record({ key: word })) }),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 3 },
    ),
    envFrom: fc.array(fc.record({ secretRef: fc.record({ name: word }) }, { requiredKeys: [] }), {
      maxLength: 2,
    }),
    resources,
    restartPolicy: fc.constantFrom('Always', 'x'),
    securityContext,
    startupProbe: fc.record({ exec: fc.record({ command: fc.array(word, { maxLength: 3 }) }) }),
    volumeDevices: fc.constant([]),
    volumeMounts: fc.array(
      fc.record({ name: word, mountPath: path, subPath: path, readOnly: fc.boolean() }, { requiredKeys: [] }),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: [] },
)
const spec = fc.record(
  {
    initContainers: fc.array(container, { maxLength: 2 }),
    containers: fc.array(container, { maxLength: 3 }),
    ephemeralContainers: fc.array(container, { maxLength: 1 }),
    securityContext,
    resources,
    os: fc.record({ name: fc.constantFrom('windows', 'linux') }, { requiredKeys: [] }),
    nodeSelector: fc.dictionary(
      fc.constantFrom('kubernetes.io/os', 'disk'),
      fc.constantFrom('windows', 'ssd'),
    ),
    affinity: fc.constantFrom({}, { nodeAffinity: {} }),
    hostUsers: fc.boolean(),
    hostPID: fc.boolean(),
    shareProcessNamespace: fc.boolean(),
    serviceAccountName: word,
    volumes: fc.array(
      fc.record(
        {
          name: word,
          hostPath: fc.record({ path }, { requiredKeys: [] }),
          secret: fc.constantFrom({}, { secretName: 'db' }),
          emptyDir: fc.constantFrom({}, { medium: 'Memory' }),
          projected: fc.constantFrom({}, { sources: [{}, { secret: {} }] }),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: [] },
)

describe('every check', () => {
  it('takes odd pods, and renders what it says in every language', () => {
    fc.assert(
      fc.property(spec, (spec) => {
        for (const detection of runAll({ apiVersion: 'v1', kind: 'Pod', spec })) {
          expect(detection.path.length).toBeGreaterThan(0)
          expect(printed(detection)).not.toMatch(/undefined|\[object Object\]|NaN/)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('takes anything where a pod spec belongs', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...SPEC_FIELDS), fc.jsonValue()), (spec) => {
        runAll({ apiVersion: 'v1', kind: 'Pod', spec })
        runAll({ apiVersion: 'v1', kind: 'PersistentVolume', spec })
      }),
      { numRuns: 500 },
    )
  })

  it('says nothing of a secret’s value', () => {
    const marker = 'Zq7-hidden-value'
    const value = fc.constantFrom(
      marker,
      `https://bot:${marker}@git.example.com/x.git`,
      `Endpoint=x;AccountKey=${marker};`,
      `hvs.${marker.padEnd(30, 'x')}`,
      `-----BEGIN PRIVATE KEY-----\n${marker}\n-----END PRIVATE KEY-----`,
    )
    const name = fc.constantFrom('DB_PASSWORD', 'apiKey', 'client-secret', 'X')
    fc.assert(
      fc.property(name, value, (name, value) => {
        const words = [
          `--${name}`,
          value,
          `--${name}=${value}`,
          `${name}=${value} run`,
          `-D${name}='${value}'`,
        ]
        const container = {
          name: 'app',
          env: [{ name, value }],
          command: ['sh', '-c', words[3]],
          args: words,
        }
        const detections = runAll({ apiVersion: 'v1', kind: 'Pod', spec: { containers: [container] } })
        if (name !== 'X')
          expect(detections.filter(({ holdsSecret }) => holdsSecret).length).toBeGreaterThanOrEqual(3)
        for (const detection of detections) expect(printed(detection)).not.toContain(marker)
      }),
    )
  })
})

const SPEC_FIELDS = [
  'affinity',
  'automountServiceAccountToken',
  'containers',
  'ephemeralContainers',
  'hostPath',
  'initContainers',
  'local',
  'nodeSelector',
  'os',
  'resources',
  'securityContext',
  'serviceAccountName',
  'shareProcessNamespace',
  'volumes',
] as const

it('gives each check an id of its own', () => {
  expect(composeChecks(postureChecks)).toEqual(postureChecks)
  expect(() => composeChecks(postureChecks, postureChecks.slice(0, 1))).toThrow(postureChecks[0]?.id)
  for (const { id } of postureChecks) expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/)
})
