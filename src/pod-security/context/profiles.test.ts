import { describe, expect, it } from 'vitest'
import { brief, linuxSettings } from './effective.fixture.ts'

const RuntimeDefault = { type: 'RuntimeDefault' }
const Unconfined = { type: 'Unconfined' }
const profileAt = (localhostProfile: string) => ({ type: 'Localhost', localhostProfile })

describe('seccomp', () => {
  const given = (type: object) => ({ seccompProfile: type })
  const cases = [
    ['default', {}, {}, [Unconfined, 'kubernetes', 'seccompDefault']],
    ['pod', given(RuntimeDefault), {}, [RuntimeDefault, 'pod']],
    ['container', {}, given(RuntimeDefault), [RuntimeDefault, 'container']],
    ['container over pod', given(RuntimeDefault), given(Unconfined), [Unconfined, 'container']],
    ['a file', given(profileAt('a/b.json')), {}, [profileAt('a/b.json'), 'pod', 'seccompFile']],
    ['no type: as if absent', given(RuntimeDefault), given({}), [RuntimeDefault, 'pod', '!unreadable']],
  ] as const

  it.each(cases)('%s', (_, pod, container, expected) => {
    expect(brief(linuxSettings({ pod, container }).seccomp)).toEqual(expected)
  })

  it('annotations no longer count', () => {
    const annotations = {
      'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default',
      'container.seccomp.security.alpha.kubernetes.io/c': 'localhost/x',
      'container.seccomp.security.alpha.kubernetes.io/other': 'localhost/y',
    }
    expect(brief(linuxSettings({}, { annotations }).seccomp)).toEqual([
      Unconfined,
      'kubernetes',
      'seccompDefault',
      '!seccompAnnotation',
      '!seccompAnnotation',
    ])
  })
})

describe('AppArmor', () => {
  const given = (type: object) => ({ appArmorProfile: type })
  const key = 'container.apparmor.security.beta.kubernetes.io/c'
  const cases = [
    ['default', {}, {}, undefined, [RuntimeDefault, 'runtime', 'appArmorDefault']],
    ['pod', given(Unconfined), {}, undefined, [Unconfined, 'pod', 'appArmorField']],
    [
      'container over pod',
      given(Unconfined),
      given(profileAt('x')),
      undefined,
      [profileAt('x'), 'container', 'appArmorField'],
    ],
    ['annotation', {}, {}, 'localhost/web', [profileAt('web'), 'annotation', 'appArmorAnnotation']],
    ['annotation: unconfined', {}, {}, 'unconfined', [Unconfined, 'annotation', 'appArmorAnnotation']],
    [
      'annotation over pod',
      given(RuntimeDefault),
      {},
      'unconfined',
      [Unconfined, 'annotation', 'appArmorAnnotation'],
    ],
    [
      'container over annotation',
      {},
      given(RuntimeDefault),
      'unconfined',
      [RuntimeDefault, 'container', 'appArmorField', '!appArmorMismatch'],
    ],
    [
      'container as the annotation',
      {},
      given(profileAt('w')),
      'localhost/w',
      [profileAt('w'), 'container', 'appArmorField'],
    ],
    [
      'an annotation that says nothing known',
      given(Unconfined),
      {},
      'docker/default',
      [Unconfined, 'pod', 'appArmorField', '!appArmorBadAnnotation'],
    ],
  ] as const

  it.each(cases)('%s', (_, pod, container, annotation, expected) => {
    const annotations = annotation === undefined ? {} : { [key]: annotation }
    expect(brief(linuxSettings({ pod, container }, { annotations }).appArmor)).toEqual(expected)
  })

  it('of another container does not count', () => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/d': 'unconfined' }
    expect(linuxSettings({}, { annotations }).appArmor.value).toEqual(RuntimeDefault)
  })

  it('a privileged container keeps a Localhost profile with containerd, not with CRI-O', () => {
    const context = { container: { privileged: true, ...given(profileAt('x')) } }
    expect(linuxSettings(context).appArmor.value).toEqual(profileAt('x'))
    expect(linuxSettings(context, { runtime: 'cri-o' }).appArmor.value).toEqual(Unconfined)
  })
})
