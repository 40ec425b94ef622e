import { describe, expect, it } from 'vitest'
import { brief, effectivePod, linuxSettings } from './effective.fixture.ts'

describe('user and group', () => {
  const cases = [
    ['nothing given: the image', {}, {}, [null, 'image', 'imageUser'], [null, 'image', 'imageGroup']],
    ['pod', { runAsUser: 1000, runAsGroup: 3000 }, {}, [1000, 'pod'], [3000, 'pod']],
    ['container', {}, { runAsUser: 2000, runAsGroup: 4000 }, [2000, 'container'], [4000, 'container']],
    [
      'container over pod',
      { runAsUser: 1000, runAsGroup: 3000 },
      { runAsUser: 2000, runAsGroup: 4000 },
      [2000, 'container'],
      [4000, 'container'],
    ],
    [
      'each field on its own',
      { runAsUser: 1000, runAsGroup: 3000 },
      { runAsUser: 0 },
      [0, 'container'],
      [3000, 'pod'],
    ],
    [
      'a value of the wrong type counts as none',
      { runAsUser: 1000 },
      { runAsUser: 'root' },
      [1000, 'pod', '!unreadable'],
      [null, 'image', 'imageGroup'],
    ],
  ] as const

  it.each(cases)('%s', (_, pod, container, user, group) => {
    const linux = linuxSettings({ pod, container })
    expect(brief(linux.user)).toEqual(user)
    expect(brief(linux.group)).toEqual(group)
  })

  it('names the field', () => {
    const { user } = linuxSettings({ pod: { runAsUser: 1 }, container: { runAsUser: 2 } })
    expect(user.source).toEqual({
      from: 'container',
      path: ['spec', 'containers', 0, 'securityContext', 'runAsUser'],
    })
  })

  it('names the unreadable field where the default applies', () => {
    const { user } = linuxSettings({ container: { runAsUser: 1.5 } })
    expect(brief(user)).toEqual([null, 'image', 'imageUser', '!unreadable'])
  })

  it('says that root is not the node’s root in a user namespace', () => {
    const { user } = linuxSettings({ spec: { hostUsers: false }, container: { runAsUser: 0 } })
    expect(brief(user)).toEqual([0, 'container', 'rootInUserNamespace'])
  })
})

describe('runAsNonRoot', () => {
  const cases = [
    ['default', {}, {}, [false, 'kubernetes']],
    ['pod', { runAsNonRoot: true, runAsUser: 5 }, {}, [true, 'pod']],
    ['container over pod', { runAsNonRoot: true }, { runAsNonRoot: false }, [false, 'container']],
    [
      'against the container’s root',
      { runAsNonRoot: true, runAsUser: 5 },
      { runAsUser: 0 },
      [true, 'pod', '!rootAgainstNonRoot'],
    ],
    [
      'against the pod’s root',
      { runAsUser: 0 },
      { runAsNonRoot: true },
      [true, 'container', '!rootAgainstNonRoot'],
    ],
    ['the image may break it', { runAsNonRoot: true }, {}, [true, 'pod']],
  ] as const

  it.each(cases)('%s', (_, pod, container, expected) => {
    expect(brief(linuxSettings({ pod, container }).runAsNonRoot)).toEqual(expected)
  })

  it('warns of what the image may say', () => {
    expect(brief(linuxSettings({ pod: { runAsNonRoot: true } }).user)).toEqual([
      null,
      'image',
      'imageUserNonRoot',
    ])
  })
})

describe('groups', () => {
  it('fsGroup and supplementalGroups are the container’s supplementary groups', () => {
    const { supplementaryGroups } = linuxSettings({ pod: { fsGroup: 2000, supplementalGroups: [3, 4] } })
    expect(supplementaryGroups.map(brief)).toEqual([
      [2000, 'pod'],
      [3, 'pod'],
      [4, 'pod'],
    ])
    expect(supplementaryGroups[2]?.source).toEqual({
      from: 'pod',
      path: ['spec', 'securityContext', 'supplementalGroups', 1],
    })
  })

  it('are merged with the image’s, unless the policy is Strict', () => {
    const policyOf = (pod: object) => brief(linuxSettings({ pod }).supplementalGroupsPolicy)
    expect(policyOf({})).toEqual(['Merge', 'kubernetes', 'imageGroups'])
    expect(policyOf({ supplementalGroupsPolicy: 'Strict' })).toEqual(['Strict', 'pod', 'strictGroups'])
  })

  it('fsGroup stands at the pod only', () => {
    const pod = effectivePod({
      securityContext: { fsGroup: 7 },
      containers: [{ name: 'c', securityContext: { fsGroup: 9 } }],
    })
    expect(brief(pod.fsGroup)).toEqual([7, 'pod'])
    expect(brief(pod.fsGroupChangePolicy)).toEqual(['Always', 'kubernetes'])
  })
})
