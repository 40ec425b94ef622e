import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../kubernetes/index.ts'
import { DEFAULT_CAPABILITIES } from './default-capabilities.ts'
import { brief, linuxSettings } from './effective.fixture.ts'
import type { Runtime } from './scope.ts'

const { containerd, 'cri-o': criO } = DEFAULT_CAPABILITIES

/** A capability mask as /proc/PID/status prints it. */
function mask(names: readonly string[]): string {
  const bits = names.reduce((sum, name) => sum | (1n << BigInt(CAPABILITIES.indexOf(name))), 0n)
  return bits.toString(16).padStart(16, '0')
}

describe('names and numbers', () => {
  it('containerd’s default set is the mask that the documentation shows', () => {
    // Configure a Security Context, "Set capabilities for a Container": CapPrm: 00000000a80425fb
    expect(mask(containerd)).toBe('00000000a80425fb')
  })

  it('adding NET_ADMIN and SYS_TIME sets bits 12 and 25', () => {
    const { capabilities } = linuxSettings({
      container: { capabilities: { add: ['NET_ADMIN', 'SYS_TIME'] } },
    })
    expect(mask(capabilities.value.bounding)).toBe('00000000aa0435fb')
  })

  it('all of them', () => {
    expect(mask(CAPABILITIES)).toBe('000001ffffffffff')
  })
})

describe('what is kept', () => {
  const all = CAPABILITIES
  const cases: readonly [string, Runtime, object | undefined, readonly string[]][] = [
    ['containerd’s defaults', 'containerd', undefined, containerd],
    ['CRI-O’s defaults', 'cri-o', undefined, criO],
    ['an empty list changes nothing', 'containerd', { add: [], drop: [] }, containerd],
    ['dropped', 'containerd', { drop: ['MKNOD'] }, containerd.filter((name) => name !== 'MKNOD')],
    ['ALL dropped', 'containerd', { drop: ['ALL'] }, []],
    ['names in any case', 'containerd', { drop: ['all'], add: ['net_bind_service'] }, ['NET_BIND_SERVICE']],
    ['all but one dropped', 'cri-o', { drop: ['ALL'], add: ['NET_BIND_SERVICE'] }, ['NET_BIND_SERVICE']],
    ['ALL added', 'containerd', { add: ['ALL'] }, all],
    ['all but one added', 'cri-o', { add: ['ALL'], drop: ['CHOWN'] }, all.filter((name) => name !== 'CHOWN')],
    ['ALL added and dropped', 'containerd', { add: ['ALL'], drop: ['ALL'] }, []],
    ['the same added and dropped', 'containerd', { drop: ['ALL', 'KILL'], add: ['KILL'] }, []],
    ['a CAP_ prefix with CRI-O', 'cri-o', { drop: ['ALL'], add: ['CAP_KILL'] }, ['KILL']],
    ['a CAP_ prefix with containerd', 'containerd', { drop: ['ALL'], add: ['CAP_KILL'] }, []],
  ]

  it.each(cases)('%s', (_, runtime, capabilities, expected) => {
    const linux = linuxSettings({ container: { capabilities } }, { runtime })
    expect(linux.capabilities.value.bounding).toEqual(expected)
  })
})

describe('what the process has', () => {
  const cases = [
    ['root: all that is kept', { runAsUser: 0 }, undefined, containerd, ['otherRuntime']],
    ['another user: none', { runAsUser: 1000 }, undefined, [], ['otherRuntime', 'nonRoot']],
    [
      'another user, and never any',
      { runAsUser: 1000, allowPrivilegeEscalation: false },
      undefined,
      [],
      ['otherRuntime', 'nonRootForGood'],
    ],
    ['the image’s user: unknown', {}, undefined, null, ['otherRuntime', 'unknownUser']],
    ['nothing kept: none for anybody', {}, { drop: ['ALL'] }, [], []],
    [
      'privileged as another user',
      { runAsUser: 5, privileged: true },
      undefined,
      [],
      ['impliedByPrivileged', 'nonRoot'],
    ],
  ] as const

  it.each(cases)('%s', (_, context, capabilities, effective, notes) => {
    const linux = linuxSettings({ container: { ...context, capabilities } })
    expect(linux.capabilities.value.effective).toEqual(effective)
    expect(brief(linux.capabilities).slice(2)).toEqual(notes)
  })

  it('holds in the pod’s own user namespace only', () => {
    const linux = linuxSettings({ spec: { hostUsers: false }, container: { runAsUser: 0 } })
    expect(brief(linux.capabilities)).toContain('inUserNamespace')
  })
})

describe('what is said about it', () => {
  it('how the other runtime differs', () => {
    const { notes } = linuxSettings({ container: { runAsUser: 0 } }).capabilities
    expect(notes[0]?.message.data).toEqual({
      runtime: 'cri-o',
      without: 'NET_RAW, SYS_CHROOT, MKNOD, AUDIT_WRITE, SETFCAP',
      extra: '',
    })
  })

  it('nothing where the defaults play no part', () => {
    const { notes } = linuxSettings({
      container: { runAsUser: 0, capabilities: { drop: ['ALL'], add: ['KILL'] } },
    }).capabilities
    expect(notes).toEqual([])
  })

  it('names that count for nothing', () => {
    const container = { runAsUser: 0, capabilities: { drop: ['ALL', 'CAP_NET_RAW'], add: ['NET_ADMN'] } }
    expect(brief(linuxSettings({ container }).capabilities).slice(1)).toEqual([
      'container',
      '!unknown',
      '!prefixed',
    ])
  })
})
