import { expect, test } from 'vitest'
import type { Container } from '../sensors/index.ts'
import type { Alert } from './alert.ts'
import { awaitedContainers, completeAlert } from './late-fields.ts'

const mark = (field: string) => `\ue0f1dceb771318c5 ${field}\ue0f1`

const ALERT: Alert = {
  uuid: '1',
  rule: 'Shell',
  priority: 'Notice',
  source: 'syscall',
  time: '2026-01-02T03:04:05.000000006Z',
  output: `03:04:05: Notice shell (pod=${mark('k8s.pod.name')} label=${mark('k8s.pod.label[app]')} user=root)`,
  output_fields: { 'k8s.pod.name': mark('k8s.pod.name'), 'user.name': 'root', 'evt.time': 6 },
  tags: [],
  hostname: 'node',
}

const CONTAINER = {
  id: 'dceb771318c5',
  labels: new Map([['io.kubernetes.pod.name', 'web-1']]),
  podLabels: new Map([['app', 'web']]),
} as unknown as Container

test('an alert tells which containers it waits for', () => {
  expect(awaitedContainers(ALERT)).toEqual(['dceb771318c5'])
  expect(awaitedContainers({ ...ALERT, output: 'none' })).toEqual([])
})

test('it is completed with what the runtime says', () => {
  const { output, output_fields } = completeAlert(ALERT, () => CONTAINER)
  expect(output).toBe('03:04:05: Notice shell (pod=web-1 label=web user=root)')
  expect(output_fields).toEqual({ 'k8s.pod.name': 'web-1', 'user.name': 'root', 'evt.time': 6 })
})

test('what stays unknown is absent, as Falco writes it', () => {
  const { output, output_fields } = completeAlert(ALERT, () => undefined)
  expect(output).toBe('03:04:05: Notice shell (pod=<NA> label=<NA> user=root)')
  expect(output_fields['k8s.pod.name']).toBeNull()
})
