import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Check, type Detection, NO_PLACES, type Places, SaidPlaces } from '../findings/index.ts'
import { decodeObject, type KubernetesObject, podTemplateOf } from '../kubernetes/index.ts'
import { podSecurityChecks } from '../pod-security/index.ts'
import { postureChecks } from './catalogue.ts'

const checks: readonly Check[] = [...podSecurityChecks('restricted', 'latest'), ...postureChecks]

function detect(
  given: KubernetesObject,
  placesOf: (check: number) => Places,
): Omit<Detection, 'form' | 'content'>[] {
  const { object, unknown: unknownFields } = decodeObject(given)
  const pod = podTemplateOf(object)
  const found: Omit<Detection, 'form' | 'content'>[] = []
  for (const [index, check] of checks.entries())
    check.run(
      { object, unknownFields, ...(pod !== undefined && { pod }) },
      ({ form: _, content: __, ...detection }) => found.push(detection),
      placesOf(index),
    )
  return found
}

const some = <T>(values: T) => fc.option(fc.constant(values), { nil: undefined })
const securityContext = fc.record(
  {
    allowPrivilegeEscalation: fc.boolean(),
    capabilities: fc.record(
      { add: fc.subarray(['NET_RAW', 'SYS_ADMIN', 'chown']), drop: fc.subarray(['ALL', 'all', 'KILL']) },
      { requiredKeys: [] },
    ),
    privileged: fc.boolean(),
    readOnlyRootFilesystem: fc.boolean(),
    runAsNonRoot: fc.boolean(),
    runAsUser: fc.constantFrom(0, 1000),
    seccompProfile: fc.constantFrom({}, { type: 'Unconfined' }, { type: 'RuntimeDefault' }),
  },
  { requiredKeys: [] },
)
const quantities = fc.record(
  { cpu: fc.constantFrom('0', '1'), memory: fc.constantFrom('0', '1Gi', '2Gi') },
  { requiredKeys: [] },
)
const container = fc.record(
  {
    name: fc.constantFrom('a', 'b'),
    image: fc.constantFrom('nginx', 'nginx:latest', 'nginx:1', 'nginx@sha256:1', '{{ x }}'),
    restartPolicy: fc.constantFrom('Always'),
    resources: fc.record({ limits: quantities, requests: quantities }, { requiredKeys: [] }),
    securityContext,
    startupProbe: fc.constantFrom(
      { exec: { command: ['rm', '/bin/sh'] } },
      { exec: { command: ['rm', '/bin/bash'] } },
    ),
  },
  { requiredKeys: [] },
)
const spec = fc.record(
  {
    automountServiceAccountToken: fc.boolean(),
    initContainers: fc.array(container, { maxLength: 1 }),
    containers: fc.array(container, { maxLength: 2 }),
    ephemeralContainers: fc.array(container, { maxLength: 1 }),
    hostUsers: fc.boolean(),
    nodeSelector: some({ 'kubernetes.io/os': 'windows' }),
    os: some({ name: 'windows' }),
    resources: fc.record({ limits: quantities }),
    securityContext,
    serviceAccountName: fc.constantFrom('', 'default', 'app'),
  },
  { requiredKeys: [] },
)
const object = fc
  .record({ spec, isPod: fc.boolean() })
  .map(
    ({ spec: podSpec, isPod }): KubernetesObject =>
      isPod
        ? { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: podSpec }
        : { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { spec: podSpec } } },
  )

test('what is recalled is what would have been made', () => {
  fc.assert(
    fc.property(fc.array(object, { minLength: 2, maxLength: 12 }), (objects) => {
      const places = new SaidPlaces()
      for (const each of objects) {
        places.begin(podTemplateOf(each)?.path ?? [])
        const recalled = detect(each, (check) => {
          places.check = check
          return places
        })
        expect(recalled).toEqual(detect(each, () => NO_PLACES))
      }
    }),
    { numRuns: 200 },
  )
})

test('what is said again of another container has one form, and its own data', () => {
  const places = new SaidPlaces()
  const [first, second] = ['a', 'b'].map((container) => {
    places.begin([])
    const data = { container }
    return places
      .container('containers', 0)
      .recall(0, 'x', data, () => ({ path: [], message: { id: 'm', data } }))
  })
  expect(first?.form).toBeDefined()
  expect(second?.form).toBe(first?.form)
  expect([first?.message.data, second?.message.data]).toEqual([{ container: 'a' }, { container: 'b' }])
})

test('does not grow without end', () => {
  const places = new SaidPlaces()
  let made = 0
  const recall = (text: string) => {
    places.begin([])
    places.container('containers', 0).recall(0, text, {}, () => {
      made++
      return undefined
    })
  }
  for (let index = 0; index < 45_000; index++) recall(`c${index}`)
  recall('c44999')
  expect(made).toBe(45_000)
  recall('c0')
  expect(made).toBe(45_001)
})
