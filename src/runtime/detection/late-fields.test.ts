import { expect, test } from 'vitest'
import { loadRules } from '../rules/index.ts'
import type { Awaited, Container, KernelEvent } from '../sensors/index.ts'
import { createAlerts } from './alert.ts'
import { kernelDetection } from './kernel-source.ts'
import { lateFields } from './late-fields.ts'
import { createRuleOutput } from './rule-output.ts'

const ID = 'dceb771318c5'
const FULL = ID.padEnd(64, '0')
const SECRET = 'f00d'
const SECOND = 1_000_000_000

const CONTAINER: Container = {
  id: ID,
  fullId: FULL,
  name: 'web',
  type: 'containerd',
  image: 'localhost/web:1.4',
  imageId: '0123',
  repository: 'localhost/web',
  tag: '1.4',
  digest: '',
  isPrivileged: true,
  ip: '10.0.0.7',
  sandboxId: 'aaaabbbbccccdddd',
  mounts: [{ source: '/srv', destination: '/data', mode: 'ro', writable: false, propagation: 'rslave' }],
  labels: new Map([
    ['io.kubernetes.pod.name', 'web-1'],
    ['io.kubernetes.pod.namespace', 'shop'],
    ['io.kubernetes.pod.uid', 'uid-1'],
  ]),
  podLabels: new Map([['app', 'web']]),
  cniResult: '',
  hostPid: false,
  hostNetwork: undefined,
  hostIpc: undefined,
  created: 2 * SECOND,
}

const LEARNED: Container = {
  ...CONTAINER,
  surroundings: {
    pod: {
      name: 'web-1',
      uid: 'uid-1',
      labels: new Map([
        ['app', 'web'],
        ['since', 'now'],
      ]),
    },
    namespace: { name: 'shop', uid: 'uid-shop', labels: new Map([['tier', 'front']]) },
    replicaSet: { name: 'web-abc', uid: 'uid-rs', labels: new Map() },
    services: [],
  },
}

/** What is known of the container, and is still to come, when the alert is made and afterwards. */
function eventOf(known: Container | undefined, awaited: Awaited | undefined) {
  const containers = {
    known,
    awaited: () => containers.pending,
    get: (id: string) => (id === ID ? containers.known : undefined),
    pending: awaited,
  }
  const event = {
    num: 1,
    time: BigInt(5 * SECOND),
    thread: { containerId: ID, cgroups: '' },
    state: {
      containers: { get: containers.get, has: (id: string) => containers.get(id) !== undefined },
      hostname: 'node',
    },
  } as unknown as KernelEvent
  const late = lateFields(containers, SECRET)
  return {
    late,
    containers,
    alertOf(output: string) {
      const rule = ruleOf(output)
      const source = late.marking(kernelDetection)
      const make = createAlerts(source, { hostname: 'node', uuid: () => '1', now: () => 0n })
      return make(createRuleOutput(rule, source.fields), event)
    },
  }
}

function ruleOf(output: string) {
  const text = `- {rule: r, desc: d, condition: evt.type = open, output: ${JSON.stringify(output)}, priority: INFO}`
  const { files, rules } = loadRules([{ name: 'rules.yaml', text }])
  expect(files.flatMap(({ errors }) => errors)).toEqual([])
  const [rule] = rules.rules
  if (rule === undefined) throw new TypeError('a rule is loaded')
  return rule
}

/** What each field is when the runtime, and then the cluster, have answered. */
const FIELDS: readonly (readonly [
  field: string,
  needs: Awaited | undefined,
  value: string | number | boolean | null,
])[] = [
  ['container.id', undefined, ID],
  ['container.full_id', 'container', FULL],
  ['container.name', 'container', 'web'],
  ['container.type', 'container', 'containerd'],
  ['container.image', 'container', 'localhost/web:1.4'],
  ['container.image.id', 'container', '0123'],
  ['container.image.repository', 'container', 'localhost/web'],
  ['container.image.digest', 'container', null],
  ['container.privileged', 'container', true],
  ['container.host_pid', 'container', false],
  ['container.host_ipc', 'container', null],
  ['container.start_ts', 'container', 2 * SECOND],
  ['container.duration', 'container', 3 * SECOND],
  ['container.mounts', 'container', '/srv:/data:ro:false:rslave'],
  ['container.mount[/srv]', 'container', '/srv:/data:ro:false:rslave'],
  ['container.mount.dest[/srv]', 'container', '/data'],
  ['container.mount.rdwr[0]', 'container', 'false'],
  ['container.label[none]', 'container', null],
  ['k8s.pod.name', 'container', 'web-1'],
  ['k8s.pod.uid', 'container', 'uid-1'],
  ['k8s.pod.id', 'container', 'uid-1'],
  ['k8s.ns.name', 'container', 'shop'],
  ['k8s.pod.sandbox_id', 'container', 'aaaabbbbcccc'],
  ['k8s.pod.full_sandbox_id', 'container', 'aaaabbbbccccdddd'],
  ['k8s.pod.label[app]', 'surroundings', 'web'],
  ['k8s.pod.label[since]', 'surroundings', 'now'],
  ['k8s.ns.id', 'surroundings', 'uid-shop'],
  ['k8s.ns.label[tier]', 'surroundings', 'front'],
  ['k8s.rs.id', 'surroundings', 'uid-rs'],
  ['k8s.deployment.name', 'surroundings', null],
]

test.each(FIELDS)('%s of a container that is told later', (field, needs, value) => {
  const { late, containers, alertOf } = eventOf(undefined, 'container')
  const alert = alertOf(`is=%${field} end`)
  expect(late.missing(alert)).toEqual(needs === undefined ? [] : [{ id: ID, awaited: needs }])
  containers.known = LEARNED
  const { output, output_fields } = late.complete(alert)
  expect(output).toBe(`00:00:05.000000000: Informational is=${value === null ? '<NA>' : String(value)} end`)
  const found = output_fields[field]
  expect(typeof value === 'string' ? String(found) : found).toEqual(value)
})

test.each(FIELDS)('%s of a container that stays unknown is absent, as Falco writes it', (field, needs) => {
  const { late, alertOf } = eventOf(undefined, 'container')
  const { output, output_fields } = late.complete(alertOf(`is=%${field}`))
  if (needs === undefined) return expect(output_fields[field]).toBe(ID)
  expect(output.endsWith('is=<NA>')).toBe(true)
  expect(output_fields[field]).toBeNull()
})

test('nothing is missing where no answer is to come', () => {
  const { late, alertOf } = eventOf(undefined, undefined)
  const alert = alertOf('pod=%k8s.pod.name')
  expect(late.missing(alert)).toEqual([])
  expect(alert.output).toContain('pod=<NA>')
})

test('of a container whose pod is asked for, only what the cluster tells is missing', () => {
  const { late, containers, alertOf } = eventOf(CONTAINER, 'surroundings')
  const own = alertOf('%container.name %container.image.digest %k8s.ns.name %k8s.pod.label[app]')
  expect(late.missing(own)).toEqual([])
  expect(own.output).toContain('web <NA> shop web')
  const around = alertOf('%container.name %k8s.ns.label[tier]')
  expect(late.missing(around)).toEqual([{ id: ID, awaited: 'surroundings' }])
  containers.known = LEARNED
  expect(late.complete(around).output).toContain('web front')
})

test('a file cannot be named so that it passes for what is missing', () => {
  const { late, alertOf } = eventOf(LEARNED, undefined)
  const alert = { ...alertOf('file'), output: `\ue0f1${ID} 5 container.name\ue0f1` }
  expect(late.missing(alert)).toEqual([])
  expect(late.complete(alert)).toEqual(alert)
})
