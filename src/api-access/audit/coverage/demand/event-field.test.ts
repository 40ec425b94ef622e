import { expect, test } from 'vitest'
import { auditEvents, catalogueOf } from '../../../../runtime/rules/index.ts'
import { eventField } from './event-field.ts'

const container = {
  name: 'c',
  image: 'registry.example/web:1',
  command: ['sh'],
  args: ['-c'],
  ports: [{ hostPort: 80 }],
  securityContext: {
    privileged: true,
    allowPrivilegeEscalation: true,
    readOnlyRootFilesystem: true,
    runAsUser: 1,
    runAsGroup: 1,
    procMount: 'Default',
    capabilities: { add: ['SYS_ADMIN'] },
  },
}

/** Everything that a field can be about. */
const BODY = {
  metadata: { name: 'web' },
  data: { key: 'value' },
  subjects: [
    { kind: 'User', name: 'jane' },
    { kind: 'Group', name: 'dev' },
    { kind: 'ServiceAccount', name: 'builder', namespace: 'shop' },
  ],
  roleRef: { name: 'view' },
  rules: [
    {
      apiGroups: [''],
      resources: ['pods'],
      verbs: ['get'],
      nonResourceURLs: ['/x'],
      sourceIPs: ['192.0.2.1'],
    },
  ],
  spec: {
    type: 'NodePort',
    ports: [{ port: 80 }],
    hostIPC: true,
    hostNetwork: true,
    hostPID: true,
    securityContext: { runAsUser: 1, runAsGroup: 1, fsGroup: 1, supplementalGroups: [1] },
    volumes: [{ name: 'v', hostPath: { path: '/etc' }, flexVolume: { driver: 'd' } }],
    containers: [container],
    initContainers: [container],
    ephemeralContainers: [container],
  },
}
const EVENT = {
  auditID: '1',
  stage: 'ResponseComplete',
  verb: 'create',
  requestURI: '/api/v1/namespaces/shop/pods?key=x',
  user: { username: 'jane', groups: ['dev'] },
  objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web' },
  responseStatus: { code: 201, reason: 'Created' },
  annotations: { 'authorization.k8s.io/decision': 'allow' },
  requestObject: BODY,
  responseObject: BODY,
}

/** A field's value with each part of the event left out in turn: the parts without which it is another. */
function partsRead(name: string, argument: string | undefined): readonly string[] | undefined {
  const lookup = catalogueOf('k8s_audit').lookup(name, argument)
  if (!lookup.ok) return undefined
  const read = auditEvents.reader(lookup.resolved)
  const whole = JSON.stringify(read({ event: EVENT }))
  if (whole === undefined) return undefined
  return ['requestObject', 'responseObject'].filter(
    (part) => JSON.stringify(read({ event: { ...EVENT, [part]: undefined } })) !== whole,
  )
}

test('names the bodies that each field reads, as the extractors do', () => {
  const fields = catalogueOf('k8s_audit').fields.filter(({ name }) => name.startsWith('ka.'))
  const told = fields.flatMap(({ name, argument }) => {
    const given = argument?.kind === 'key' ? 'key' : undefined
    const parts = partsRead(name, given)
    return parts === undefined ? [] : [{ text: given === undefined ? name : `${name}[${given}]`, parts }]
  })
  expect(told.length).toBeGreaterThan(80)
  expect(told.map(({ text, parts }) => [text, parts])).toEqual(
    told.map(({ text }) => [text, [...eventField(text).bodies]]),
  )
})

test.each([
  ['jevt.value[/requestObject/spec/tls]', ['requestObject']],
  ['json.value[responseObject/metadata/name]', ['responseObject']],
  ['jevt.value[/objectRef/name]', []],
  ['jevt.obj', ['requestObject', 'responseObject']],
])('%s reads %j', (field, bodies) => {
  expect(eventField(field).bodies).toEqual(bodies)
})

test('a pointer that says the same as a field is about the same', () => {
  expect(eventField('jevt.value[/verb]')).toEqual(eventField('ka.verb'))
  expect(eventField('jevt.value[/objectRef/resource]')).toEqual(eventField('ka.target.resource'))
})
