import { describe, expect, test } from 'vitest'
import { withDefaults } from './defaults.ts'
import { evaluatePod, isPodAllowed } from './evaluate.ts'

describe('volumes', () => {
  test('one without a source is an emptyDir', () => {
    const pod = { spec: { volumes: [{ name: 'a' }, { name: 'b', secret: {} }] } }
    expect(withDefaults(pod).spec.volumes).toEqual([
      { name: 'a', emptyDir: {} },
      { name: 'b', secret: {} },
    ])
    expect(isPodAllowed('restricted', 'latest', pod)).toBe(true)
  })

  test('a source that Kubernetes does not know is none', () => {
    const volume = { name: 'a', hostpath: { path: '/' } }
    expect(withDefaults({ spec: { volumes: [volume] } }).spec.volumes).toEqual([{ ...volume, emptyDir: {} }])
  })
})

describe('ports in the host network', () => {
  const ports = [{ containerPort: 80 }, { containerPort: 81, hostPort: 82 }, {}]
  const spec = { hostNetwork: true, containers: [{ name: 'a', ports }], initContainers: [{ name: 'b' }] }

  test("a Pod's are host ports", () => {
    const { containers, initContainers } = withDefaults({ spec }).spec
    expect(containers?.[0]?.ports).toEqual([
      { containerPort: 80, hostPort: 80 },
      { containerPort: 81, hostPort: 82 },
      {},
    ])
    expect(initContainers).toBe(spec.initContainers)
    const [, hostPort] = evaluatePod('baseline', 'latest', { spec })
    expect(hostPort?.detail).toBe('container "a" uses hostPorts 80, 82')
  })

  test("those of a workload's template are not", () => {
    const template = { path: ['spec', 'template'], spec }
    expect(withDefaults(template)).toBe(template)
  })

  test('nor those of a Pod with a network of its own', () => {
    const pod = { spec: { ...spec, hostNetwork: false } }
    expect(withDefaults(pod)).toBe(pod)
  })
})

test('a pod without anything to fill in is not copied', () => {
  const pod = { spec: { containers: [{ name: 'a' }], volumes: [{ name: 'v', emptyDir: {} }] } }
  expect(withDefaults(pod)).toBe(pod)
})
