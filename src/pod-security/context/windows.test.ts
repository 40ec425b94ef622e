import { describe, expect, it } from 'vitest'
import { brief, effectiveContainer, effectivePod } from './effective.fixture.ts'

const os = { os: { name: 'windows' } }

function windowsSettings(pod: object, container: object, spec: object = {}) {
  const { windows } = effectiveContainer({ spec: { ...os, ...spec }, pod, container })
  if (windows === undefined) throw new Error('a Windows pod has Windows settings')
  return windows
}

describe('the operating system', () => {
  const cases = [
    ['default', {}, ['linux', 'kubernetes']],
    ['os.name', os, ['windows', 'pod']],
    ['node selector', { nodeSelector: { 'kubernetes.io/os': 'windows' } }, ['windows', 'pod']],
    [
      'os.name over node selector',
      { os: { name: 'linux' }, nodeSelector: { 'kubernetes.io/os': 'windows' } },
      ['linux', 'pod'],
    ],
  ] as const

  it.each(cases)('%s', (_, spec, expected) => {
    expect(brief(effectivePod({ ...spec, containers: [] }).os)).toEqual(expected)
  })

  it('decides which settings a container has', () => {
    const onWindows = effectiveContainer({ spec: os })
    const onLinux = effectiveContainer({})
    expect([onWindows.linux, onLinux.windows]).toEqual([undefined, undefined])
  })
})

describe('Windows options', () => {
  it('merge field by field', () => {
    const windows = windowsSettings(
      { windowsOptions: { runAsUserName: 'A', gmsaCredentialSpecName: 'pod-spec' } },
      { windowsOptions: { runAsUserName: 'B' } },
    )
    expect(brief(windows.runAsUserName)).toEqual(['B', 'container'])
    expect(brief(windows.gmsaCredentialSpecName)).toEqual(['pod-spec', 'pod'])
    expect(brief(windows.hostProcess)).toEqual([false, 'kubernetes'])
  })

  it('the two GMSA fields go together', () => {
    const windows = windowsSettings(
      { windowsOptions: { gmsaCredentialSpecName: 'pod-spec' } },
      { windowsOptions: { gmsaCredentialSpec: '{}' } },
    )
    expect(brief(windows.gmsaCredentialSpecName)).toEqual([null, 'kubernetes'])
  })

  it('HostProcess needs the host network', () => {
    const pod = { windowsOptions: { hostProcess: true } }
    expect(brief(windowsSettings(pod, {}).hostProcess)).toEqual([
      true,
      'pod',
      'hostProcess',
      '!hostProcessNeedsHostNetwork',
    ])
    expect(brief(windowsSettings(pod, {}, { hostNetwork: true }).hostProcess)).toEqual([
      true,
      'pod',
      'hostProcess',
    ])
  })

  it('runAsNonRoot refuses the administrator', () => {
    const windows = windowsSettings(
      { runAsNonRoot: true },
      { windowsOptions: { runAsUserName: 'ContainerAdministrator' } },
    )
    expect(brief(windows.runAsNonRoot)).toEqual([true, 'pod', '!administratorAgainstNonRoot'])
  })
})

describe('fields without effect', () => {
  const spec = {
    hostPID: true,
    securityContext: { runAsUser: 1, runAsNonRoot: true, windowsOptions: {} },
    containers: [{ name: 'c', securityContext: { capabilities: { drop: ['ALL'] }, windowsOptions: {} } }],
  }

  it('Linux settings on Windows', () => {
    const rejected = effectivePod({ ...os, ...spec }).withoutEffect
    expect(rejected.map(({ path, message }) => [path.join('.'), message.id])).toEqual([
      ['spec.hostPID', 'effective-os.linuxOnlyRejected'],
      ['spec.securityContext.runAsUser', 'effective-os.linuxOnlyRejected'],
      ['spec.containers.0.securityContext.capabilities', 'effective-os.linuxOnlyRejected'],
    ])
    const ignored = effectivePod({ nodeSelector: { 'kubernetes.io/os': 'windows' }, ...spec }).withoutEffect
    expect(new Set(ignored.map(({ message }) => message.id))).toEqual(
      new Set(['effective-os.linuxOnlyIgnored']),
    )
  })

  it('Windows settings on Linux', () => {
    expect(effectivePod(spec).withoutEffect.map(({ path, message }) => [path.join('.'), message.id])).toEqual(
      [
        ['spec.securityContext.windowsOptions', 'effective-os.windowsOnlyIgnored'],
        ['spec.containers.0.securityContext.windowsOptions', 'effective-os.windowsOnlyIgnored'],
      ],
    )
    expect(effectivePod({ os: { name: 'linux' }, ...spec }).withoutEffect[0]?.message.id).toBe(
      'effective-os.windowsOnlyRejected',
    )
  })
})
