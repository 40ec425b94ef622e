import { expect, test } from 'vitest'
import { completedBy, identityOf } from './container-identity.ts'
import { viewAt } from './view.fixture.ts'

const POD = { 'k8s.pod.name': 'web-1', 'k8s.ns.name': 'shop' }
const SANDBOX = viewAt(1, 'open', {
  ...POD,
  'container.name': 'web-1',
  'k8s.pod.sandbox_id': 'a1b2c3d4e5f6',
})

test('the sandbox of a pod has no name of its own, whenever the runtime tells of it', () => {
  const expected = { id: 'a1b2c3d4e5f6', name: '', image: '', pod: 'web-1', namespace: 'shop' }
  expect(identityOf(SANDBOX)).toEqual(expected)
  expect(completedBy(identityOf(viewAt(0, 'open')), SANDBOX)).toEqual(expected)
})

test('a container has the name that the manifest gives it', () => {
  const view = viewAt(0, 'open', {
    ...POD,
    'container.name': 'k8s_httpd_web-1',
    'container.label.io.kubernetes.container.name': 'httpd',
    'k8s.pod.sandbox_id': '0687f1cc56eb',
  })
  expect(identityOf(view)).toMatchObject({ name: 'httpd', pod: 'web-1' })
})

test('one of no pod has the name that the runtime knows', () => {
  expect(identityOf(viewAt(0, 'open', { 'container.name': 'db' })).name).toBe('db')
})
