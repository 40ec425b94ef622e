import { describe, expect, it } from 'vitest'
import { brief, linuxSettings } from './effective.fixture.ts'

describe('allowPrivilegeEscalation and no_new_privs', () => {
  const cases = [
    ['default', {}, [true, 'kubernetes', 'escalationAllowed'], [false, 'kubernetes']],
    ['refused', { allowPrivilegeEscalation: false }, [false, 'container'], [true, 'container']],
    ['asked for', { allowPrivilegeEscalation: true }, [true, 'container'], [false, 'container']],
    ['privileged', { privileged: true }, [true, 'container', 'impliedByPrivileged'], [false, 'kubernetes']],
    [
      'privileged and refused',
      { privileged: true, allowPrivilegeEscalation: false },
      [true, 'container', 'impliedByPrivileged', '!escalationAgainstPrivileged'],
      [true, 'container'],
    ],
    [
      'SYS_ADMIN',
      { capabilities: { add: ['SYS_ADMIN'] } },
      [true, 'container', 'impliedBySysAdmin'],
      [false, 'kubernetes'],
    ],
    [
      'SYS_ADMIN and refused: the kubelet still sets no_new_privs',
      { capabilities: { add: ['SYS_ADMIN'] }, allowPrivilegeEscalation: false },
      [true, 'container', '!escalationAgainstSysAdmin'],
      [true, 'container'],
    ],
    [
      'SYS_ADMIN among ALL',
      { capabilities: { add: ['ALL'] } },
      [true, 'container', 'impliedBySysAdmin'],
      [false, 'kubernetes'],
    ],
    [
      'SYS_ADMIN added and dropped',
      { capabilities: { add: ['ALL'], drop: ['SYS_ADMIN'] }, allowPrivilegeEscalation: false },
      [false, 'container'],
      [true, 'container'],
    ],
    [
      'ALL added and dropped',
      { capabilities: { add: ['ALL'], drop: ['ALL'] }, allowPrivilegeEscalation: false },
      [false, 'container'],
      [true, 'container'],
    ],
  ] as const

  it.each(cases)('%s', (_, container, escalation, flag) => {
    const linux = linuxSettings({ container })
    expect(brief(linux.allowPrivilegeEscalation)).toEqual(escalation)
    expect(brief(linux.noNewPrivileges)).toEqual(flag)
  })
})

describe('what privileged brings with it', () => {
  const linux = linuxSettings({
    pod: { seccompProfile: { type: 'RuntimeDefault' }, appArmorProfile: { type: 'RuntimeDefault' } },
    container: { privileged: true, procMount: 'Default' },
  })
  const privilegedField = {
    from: 'container',
    path: ['spec', 'containers', 0, 'securityContext', 'privileged'],
  }

  it('all capabilities, no seccomp, no default AppArmor profile, nothing masked', () => {
    expect(linux.capabilities.value.bounding).toHaveLength(41)
    expect(linux.seccomp.value).toEqual({ type: 'Unconfined' })
    expect(linux.appArmor.value).toEqual({ type: 'Unconfined' })
    expect(linux.procMount.value).toBe('Unmasked')
    expect(linux.seLinux.value).toBeNull()
  })

  it('each from the line that says privileged', () => {
    for (const setting of [linux.capabilities, linux.seccomp, linux.appArmor, linux.procMount, linux.seLinux])
      expect(setting.source).toEqual(privilegedField)
  })
})

describe('fields of the container alone', () => {
  it('privileged, readOnlyRootFilesystem and procMount of the pod’s context count for nothing', () => {
    const linux = linuxSettings({
      pod: { privileged: true, readOnlyRootFilesystem: true, procMount: 'Unmasked' },
    })
    expect(brief(linux.privileged)).toEqual([false, 'kubernetes'])
    expect(brief(linux.readOnlyRootFilesystem)).toEqual([false, 'kubernetes'])
    expect(brief(linux.procMount)).toEqual(['Default', 'kubernetes', 'masked'])
  })

  it('readOnlyRootFilesystem', () => {
    expect(
      brief(linuxSettings({ container: { readOnlyRootFilesystem: true } }).readOnlyRootFilesystem),
    ).toEqual([true, 'container'])
  })

  it('procMount: Unmasked goes with hostUsers: false only', () => {
    const container = { procMount: 'Unmasked' }
    expect(brief(linuxSettings({ container }).procMount)).toEqual([
      'Unmasked',
      'container',
      '!unmaskedNeedsUserNamespace',
    ])
    expect(brief(linuxSettings({ container, spec: { hostUsers: false } }).procMount)).toEqual([
      'Unmasked',
      'container',
    ])
  })
})
