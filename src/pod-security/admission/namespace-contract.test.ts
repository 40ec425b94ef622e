import { describe, expect, test } from 'vitest'
import { ALLOWED, decide, type Line, pod } from './contract.fixture.ts'
import { levelLabel, versionLabel } from './policy.ts'

describe('namespaces', () => {
  const NAMESPACE = {
    kind: { group: '', version: 'v1', kind: 'Namespace' },
    resource: { group: '', version: 'v1', resource: 'namespaces' },
  } as const
  const object = (labels: object) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'test', labels },
  })
  const update = (now: object, before: object, line: Partial<Line> = {}): Line => ({
    request: {
      operation: 'UPDATE',
      ...NAMESPACE,
      name: 'test',
      object: object(now),
      oldObject: object(before),
    },
    ...line,
  })
  const privileged = (name: string, spec: object = {}) => pod(spec, { name, namespace: 'test' })

  test('only pods of the namespace are tried, each group by its first name', () => {
    const elsewhere = pod({}, { name: 'a', namespace: 'other' })
    const existingPods = [privileged('z'), elsewhere, privileged('b'), privileged('m')]
    const line = update({ [levelLabel('enforce')]: 'baseline' }, {}, { existingPods, maxPodsToCheck: 2 })
    expect(decide(line).warnings).toEqual([
      'new PodSecurity enforce level only checked against the first 2 of 3 existing pods',
      'existing pods in namespace "test" violate the new PodSecurity enforce level "baseline:latest"',
      'b (and 1 other pod): privileged',
    ])
  })

  test('a change of audit and warn levels tries no pods', () => {
    const line = update({ [levelLabel('warn')]: 'restricted' }, {}, { existingPods: [privileged('a')] })
    expect(decide(line)).toEqual(ALLOWED)
  })

  test('another version of the same level tries them again', () => {
    const now = { [levelLabel('enforce')]: 'baseline', [versionLabel('enforce')]: 'v1.20' }
    const line = update(now, { [levelLabel('enforce')]: 'baseline' }, { existingPods: [privileged('a')] })
    expect(decide(line).warnings).toHaveLength(2)
  })

  test('several wrong labels are told at once', () => {
    const labels = { [levelLabel('enforce')]: 'Baseline', [versionLabel('warn')]: '1.20' }
    const line: Line = {
      request: { operation: 'CREATE', ...NAMESPACE, name: 'test', object: object(labels) },
    }
    expect(decide(line)).toEqual({
      allowed: false,
      code: 422,
      message:
        'Namespace "test" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "Baseline": must be one of privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.20": must be "latest" or "v1.x"]',
      warnings: [],
      auditAnnotations: {},
    })
  })

  test.each([
    [{ object: 1 }, 'failed to decode object'],
    [{ object: pod() }, 'failed to decode namespace'],
    [{ oldObject: null }, 'failed to decode  old object'],
    [{ oldObject: pod() }, 'failed to decode  old namespace'],
  ])('%j', (request, message) => {
    const line = update({}, {})
    expect(decide({ request: { ...line.request, ...request } })).toMatchObject({ code: 400, message })
  })
})
