import { describe, expect, test } from 'vitest'
import { choosePlugins, DEFAULT_ON_PLUGINS, PLUGIN_ORDER } from './plugins.ts'

describe('choosePlugins', () => {
  test('runs the default ones without being asked', () => {
    expect(choosePlugins({})).toEqual({ names: DEFAULT_ON_PLUGINS })
  })

  test('adds and takes away, always in Kubernetes’ order', () => {
    const enable = ['AlwaysPullImages', 'NodeRestriction']
    const chosen = choosePlugins({ enable, disable: ['LimitRanger'] })
    expect('names' in chosen && chosen.names.slice(0, 4)).toEqual([
      'NamespaceLifecycle',
      'ServiceAccount',
      'NodeRestriction',
      'AlwaysPullImages',
    ])
  })

  test('everything at once keeps the order', () => {
    expect(choosePlugins({ enable: PLUGIN_ORDER.toReversed() })).toEqual({ names: PLUGIN_ORDER })
  })

  test.each([
    [{ enable: ['PodSecurty'] }, 'admission-plugins.unknown'],
    [{ disable: ['AlwaysDeny'] }, 'admission-plugins.unknown'],
    [{ enable: ['LimitRanger'], disable: ['LimitRanger'] }, 'admission-plugins.overlap'],
  ])('says what is wrong with %j', (choice, id) => {
    expect(choosePlugins(choice)).toMatchObject({ problem: { id } })
  })
})
