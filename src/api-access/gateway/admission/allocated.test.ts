import { expect, test } from 'vitest'
import { withoutAllocated } from './allocated.ts'

const service = (spec: object, labels: Readonly<Record<string, string>> = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 's', labels },
  spec,
})
const port = (nodePort?: number, number = 80) => ({
  port: number,
  protocol: 'TCP',
  ...(nodePort !== undefined && { nodePort }),
})

test.each<[string, object, object, object, object]>([
  [
    'numbers that nobody asked for go',
    { type: 'NodePort', ports: [port(32769)] },
    { clusterIP: '10.96.1.2', clusterIPs: ['10.96.1.2'], healthCheckNodePort: 32770 },
    { type: 'NodePort', ports: [{ port: 80 }] },
    { type: 'NodePort', ports: [port()] },
  ],
  [
    'numbers that the client asked for stay',
    { ports: [port(30080), port(32769, 81)] },
    { clusterIP: 'None', clusterIPs: ['None'] },
    { clusterIP: 'None', clusterIPs: ['None'], ports: [port(30080), { port: 81 }] },
    { clusterIP: 'None', clusterIPs: ['None'], ports: [port(30080), port(undefined, 81)] },
  ],
])('%s', (_, spec, more, asked, expected) => {
  const shown = service({ ...spec, ...more })
  expect(withoutAllocated({ ...shown }, shown, service(asked))).toEqual(service(expected))
})

test('what a stage has set stays', () => {
  const shown = service({ ports: [port(32769)], clusterIP: '10.96.1.2' })
  const set = service({ ports: [port(30001)], clusterIP: '10.96.7.7' }, { by: 'policy' })
  expect(withoutAllocated(set, shown, service({ ports: [{ port: 80 }] }))).toEqual(set)
})

test('other kinds are as they were', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', spec: { clusterIP: 'x' } }
  expect(withoutAllocated(pod, pod, pod)).toBe(pod)
})
