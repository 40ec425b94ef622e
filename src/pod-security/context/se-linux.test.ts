import { describe, expect, it } from 'vitest'
import { brief, linuxSettings } from './effective.fixture.ts'

describe('SELinux', () => {
  const given = (seLinuxOptions: object) => ({ seLinuxOptions })
  const cases = [
    ['default', {}, {}, [null, 'runtime', 'runtimeLabel']],
    ['pod', given({ type: 'a_t', level: 's0' }), {}, [{ type: 'a_t', level: 's0' }, 'pod']],
    ['container', {}, given({ level: 's0:c1' }), [{ level: 's0:c1' }, 'container']],
    [
      'the container’s options replace the pod’s whole',
      given({ type: 'a_t', level: 's0' }),
      given({ level: 's0:c1' }),
      [{ level: 's0:c1' }, 'container', '!replaced'],
    ],
    [
      'nothing is lost where the container gives every part',
      given({ level: 's0' }),
      given({ type: 'a_t', level: 's0:c1' }),
      [{ type: 'a_t', level: 's0:c1' }, 'container'],
    ],
    [
      'a privileged container’s own label stays',
      given({ type: 'a_t' }),
      { privileged: true },
      [{ type: 'a_t' }, 'pod'],
    ],
    ['privileged without any', {}, { privileged: true }, [null, 'container', 'privileged']],
  ] as const

  it.each(cases)('%s', (_, pod, container, expected) => {
    expect(brief(linuxSettings({ pod, container }).seLinux)).toEqual(expected)
  })
})
