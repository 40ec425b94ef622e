import { describe, expect, test } from 'vitest'
import type { Check, Detection } from '../../../findings/index.ts'
import { decodeObject, type KubernetesObject, podTemplateOf } from '../../../kubernetes/index.ts'
import { createRenderer } from '../../../messages/index.ts'
import { loadConfiguration } from '../configuration/load.ts'
import { DEFAULT_SETTINGS, type PodSecuritySettings } from '../configuration/settings.ts'
import { addNamespace } from '../outlook.ts'
import type { Labels } from '../policy.ts'
import { admissionChecks } from './admission-checks.ts'

interface Told {
  readonly check: string
  readonly severity: string
  readonly detection: Detection
  readonly text: string
}

/** Runs all checks over each object, namespaces being learnt on the way, as a scan does. */
function scan(objects: readonly object[], settings: PodSecuritySettings = DEFAULT_SETTINGS): readonly Told[] {
  const namespaces = new Map<string, Labels>()
  const checks = admissionChecks({ namespaces, settings })
  const [render, renderKorean] = [rendererOf(checks, 'en'), rendererOf(checks, 'ko')]
  const told: Told[] = []
  for (const given of objects) {
    const { object } = decodeObject(given as KubernetesObject)
    addNamespace(namespaces, object)
    const pod = podTemplateOf(object)
    for (const check of checks)
      check.run(pod === undefined ? { object } : { object, pod }, (detection) => {
        for (const message of [detection.message, detection.remediation?.message])
          if (message !== undefined) expect(renderKorean(message)).toMatch(/[가-힣]/)
        const severity = detection.severity ?? check.severity
        told.push({ check: check.id, severity, detection, text: render(detection.message) })
      })
  }
  return told
}

function rendererOf(checks: readonly Check[], language: 'en' | 'ko') {
  return createRenderer(
    checks.map(({ messages }) => messages),
    language,
  )
}

function settings(text: string): PodSecuritySettings {
  const loaded = loadConfiguration(
    `apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\n${text}`,
  )
  if ('problem' in loaded) throw new Error(JSON.stringify(loaded.problem))
  return loaded.settings
}

function namespace(labels: Labels, name = 'shop') {
  const entries = Object.entries(labels).map(([label, value]) => [
    `pod-security.kubernetes.io/${label}`,
    value,
  ])
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: Object.fromEntries(entries) } }
}

const SPEC = { hostNetwork: true, containers: [{ name: 'web', image: 'web' }] }

function pod(spec: object = SPEC) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec }
}

function deployment(spec: object = SPEC) {
  const metadata = { name: 'web', namespace: 'shop' }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template: { spec } } }
}

const HOST_NETWORK = 'host namespaces (hostNetwork=true)'

describe('pods and workloads', () => {
  test('a pod that its namespace rejects', () => {
    const [first, ...rest] = scan([namespace({ enforce: 'baseline', warn: 'restricted' }), pod()])
    expect(rest).toEqual([])
    expect(first).toMatchObject({
      check: 'pod-security-admission-denied',
      severity: 'high',
      detection: { path: ['spec'] },
      text: `namespace "shop" enforces baseline:latest, so the API server rejects this pod: ${HOST_NETWORK}`,
    })
  })

  test('a workload whose pods its namespace rejects, which also breaks the stricter level that is warned about', () => {
    const told = scan([
      namespace({ enforce: 'baseline', warn: 'restricted', audit: 'restricted' }),
      deployment(),
    ])
    expect(told.map(({ check, severity }) => [check, severity])).toEqual([
      ['pod-security-admission-warning', 'high'],
      ['pod-security-admission-warning', 'low'],
    ])
    expect(told[0]?.detection.path).toEqual(['spec', 'template', 'spec'])
    expect(told[0]?.text).toBe(
      `the API server accepts this workload but rejects every pod it creates: namespace "shop" enforces baseline:latest: ${HOST_NETWORK}`,
    )
    expect(told[1]?.text).toMatch(
      /^namespace "shop" writes to the audit log and warns about what restricted:latest forbids: host namespaces/,
    )
  })

  test('a pod that its namespace only warns about', () => {
    const told = scan([namespace({ enforce: 'privileged', warn: 'baseline' }), pod()])
    expect(told.map(({ check, text }) => [check, text])).toEqual([
      [
        'pod-security-admission-warning',
        `namespace "shop" warns about what baseline:latest forbids: ${HOST_NETWORK}`,
      ],
    ])
  })

  test('a namespace that is not among the manifests has the defaults of the configuration', () => {
    expect(scan([pod(), deployment()])).toEqual([])
    const told = scan([pod(), deployment()], settings('defaults: {enforce: baseline}'))
    expect(told.map(({ check }) => check)).toEqual([
      'pod-security-admission-denied',
      'pod-security-admission-warning',
    ])
  })

  test('exempt namespaces and runtime classes count', () => {
    const labels = { enforce: 'restricted' }
    const exempt = settings('exemptions: {namespaces: [shop]}')
    expect(scan([namespace(labels), pod(), deployment()], exempt)).toEqual([])
    const runtimeClass = settings('exemptions: {runtimeClasses: [gvisor]}')
    const gvisor = { ...SPEC, runtimeClassName: 'gvisor' }
    expect(scan([namespace(labels), pod(gvisor), deployment(gvisor)], runtimeClass)).toEqual([])
  })

  test('what the level allows is not told', () => {
    const labels = { enforce: 'baseline', warn: 'baseline' }
    expect(scan([namespace(labels), pod({ containers: [{ name: 'web' }] })])).toEqual([])
  })
})

describe('namespaces', () => {
  test('without an enforce label', () => {
    const [bare, labelled] = scan([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bare' } },
      namespace({ warn: 'restricted' }),
      namespace({ enforce: 'privileged' }, 'decided'),
    ])
    expect(bare).toMatchObject({ check: 'namespace-without-pod-security', severity: 'medium' })
    const enforce = 'pod-security.kubernetes.io/enforce'
    expect(bare?.detection.remediation).toMatchObject({
      safe: false,
      patch: [{ op: 'add', path: ['metadata', 'labels'], value: { [enforce]: 'baseline' } }],
    })
    expect(labelled?.detection.remediation?.patch).toEqual([
      { op: 'add', path: ['metadata', 'labels', enforce], value: 'baseline' },
    ])
  })

  test('that the configuration looks after, or exempts, need none', () => {
    expect(scan([namespace({})], settings('defaults: {enforce: baseline}'))).toEqual([])
    expect(scan([namespace({})], settings('exemptions: {namespaces: [shop]}'))).toEqual([])
  })

  test('with values and labels that Kubernetes does not know', () => {
    const told = scan([
      namespace({ enforce: 'Restricted', 'warn-version': '1.25', audit: 'baseline', enfroce: 'baseline' }),
    ])
    expect(told.map(({ check, text }) => [check, text])).toEqual([
      [
        'namespace-invalid-pod-security-label',
        'pod-security.kubernetes.io/enforce: "Restricted" is not a value that Kubernetes knows (must be one of privileged, baseline, restricted); the API server rejects it, and where it is already set enforce counts as restricted:latest',
      ],
      [
        'namespace-invalid-pod-security-label',
        'pod-security.kubernetes.io/warn-version: "1.25" is not a value that Kubernetes knows (must be "latest" or "v1.x"); the API server rejects it, and where it is already set warn counts as privileged:latest',
      ],
      [
        'namespace-invalid-pod-security-label',
        'Kubernetes knows no label pod-security.kubernetes.io/enfroce: it has no effect. There are pod-security.kubernetes.io/enforce, pod-security.kubernetes.io/enforce-version, pod-security.kubernetes.io/audit, pod-security.kubernetes.io/audit-version, pod-security.kubernetes.io/warn, pod-security.kubernetes.io/warn-version',
      ],
    ])
    expect(told[0]?.detection).toMatchObject({
      path: ['metadata', 'labels', 'pod-security.kubernetes.io/enforce'],
      remediation: { patch: [{ op: 'replace', value: 'restricted' }], safe: false },
    })
  })
})
