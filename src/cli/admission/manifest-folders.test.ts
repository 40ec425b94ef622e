import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import {
  createAdmissionChain,
  createAdmissionStages,
  MANIFEST_KINDS,
  type ManifestPlugin,
  manifestMessages,
  withManifests,
} from '../../api-access/admission/index.ts'
import { fixedObjects, type KubernetesObject } from '../../kubernetes/index.ts'
import { createRenderer, type Message } from '../../messages/index.ts'
import { UsageError } from '../exit.ts'
import { type ManifestFolders, openManifestFolders } from './manifest-folders.ts'
import { admissionMessages } from './messages.ts'

const folder = () => {
  const path = mkdtempSync(join(tmpdir(), 'haetae-manifests-'))
  folders.push(path)
  return path
}
const folders: string[] = []
const opened: ManifestFolders[] = []
afterEach(() => {
  for (const each of opened.splice(0)) each.close()
  for (const path of folders.splice(0)) rmSync(path, { recursive: true })
})

const render = createRenderer([admissionMessages, manifestMessages], 'en')
const told: string[] = []

async function open(plugin: ManifestPlugin, files: Readonly<Record<string, string>>, path = folder()) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  const manifests = await openManifestFolders(new Map([[plugin, path]]), {
    language: 'en',
    onProblem: (problem: Message) => told.push(render(problem)),
    onChange: (_, count) => told.push(`changed: ${count}`),
    pause: 10,
  })
  opened.push(manifests)
  return manifests
}

async function problem(plugin: ManifestPlugin, text: string): Promise<string> {
  const failure = await open(plugin, { 'a.yaml': text }).catch((error: unknown) => error)
  if (!(failure instanceof UsageError)) throw new Error(`it was taken: ${text}`)
  return render(failure.detail).replaceAll(/\S*\/a\.yaml/g, 'a.yaml')
}

const POLICY = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: no-host-network.static.k8s.io
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
      - apiGroups: [""]
        apiVersions: [v1]
        operations: [CREATE, UPDATE]
        resources: [pods]
  validations:
    - expression: "!has(object.spec.hostNetwork) || !object.spec.hostNetwork"
      message: no host network here
`
const BINDING = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: no-host-network.static.k8s.io
spec:
  policyName: no-host-network.static.k8s.io
  validationActions: [Deny]
`
const WEBHOOK = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: images.static.k8s.io
webhooks:
  - name: images.example.com
    clientConfig:
      url: https://images.example.com/validate
    sideEffects: None
    admissionReviewVersions: [v1]
`

test('files of a folder and their documents and lists are read, others are not', async () => {
  const list = { apiVersion: 'v1', kind: 'List', items: [] }
  const { current } = await open('ValidatingAdmissionPolicy', {
    'policy.yaml': `${POLICY}---${BINDING}`,
    'list.json': JSON.stringify(list),
    'notes.txt': 'no manifest',
  })
  expect(current().map(({ kind }) => kind)).toEqual([
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
  ])
})

test.each<[string, ManifestPlugin, string, string]>([
  [
    'a name of the API',
    'ValidatingAdmissionPolicy',
    POLICY.replace('.static.k8s.io', ''),
    'a.yaml:5: the name "no-host-network" has to end with .static.k8s.io',
  ],
  [
    'a kind of another plugin',
    'MutatingAdmissionPolicy',
    POLICY,
    'not ValidatingAdmissionPolicy (admissionregistration.k8s.io/v1)',
  ],
  [
    'another version',
    'ValidatingAdmissionPolicy',
    POLICY.replace('/v1', '/v1beta1'),
    'not ValidatingAdmissionPolicy (admissionregistration.k8s.io/v1beta1)',
  ],
  ['a name twice', 'ValidatingAdmissionPolicy', `${POLICY}---${POLICY}`, 'stands twice'],
  [
    'an unknown field',
    'ValidatingAdmissionPolicy',
    POLICY.replace('operations:', 'operation:'),
    'unknown field "spec.matchConstraints.resourceRules[0].operation"',
  ],
  [
    'a field twice',
    'ValidatingAdmissionPolicy',
    POLICY.replace('  failurePolicy: Fail', '  failurePolicy: Fail\n  failurePolicy: Ignore'),
    'failurePolicy',
  ],
  [
    'an expression that means nothing',
    'ValidatingAdmissionPolicy',
    POLICY.replace('object.spec.hostNetwork"', 'objet.spec"'),
    "undeclared reference to 'objet'",
  ],
  [
    'a binding alone',
    'ValidatingAdmissionPolicy',
    BINDING,
    'the policy "no-host-network.static.k8s.io" is not among the files',
  ],
  [
    'a webhook that is a service',
    'ValidatingAdmissionWebhook',
    WEBHOOK.replace('url: https://images.example.com/validate', 'service: {name: a, namespace: b}'),
    'is reached by clientConfig.url',
  ],
  [
    'a webhook with side effects',
    'ValidatingAdmissionWebhook',
    WEBHOOK.replace('sideEffects: None', 'sideEffects: Some'),
    'sideEffects has to be None or NoneOnDryRun',
  ],
  [
    'a webhook of no version',
    'ValidatingAdmissionWebhook',
    WEBHOOK.replace('[v1]', '[v2]'),
    'admissionReviewVersions has to name v1 or v1beta1',
  ],
  ['no YAML', 'ValidatingAdmissionPolicy', 'a: [', 'a.yaml:1'],
])('%s is refused', async (_, plugin, text, expected) => {
  expect(await problem(plugin, text)).toContain(expected)
})

test('a folder that is not there is refused', async () => {
  const missing = openManifestFolders(new Map([['ValidatingAdmissionPolicy', '/nowhere']]), {
    language: 'en',
    onProblem: () => undefined,
    onChange: () => undefined,
  })
  await expect(missing).rejects.toMatchObject({ code: 'ERR_ADMISSION_MANIFESTS' })
})

test('a change counts once it can be used; until then what stood there before', async () => {
  told.length = 0
  const path = folder()
  const { current } = await open('ValidatingAdmissionPolicy', { 'a.yaml': POLICY }, path)
  writeFileSync(join(path, 'b.yaml'), BINDING.replace('policyName: no', 'policyName: other'))
  await vi.waitFor(() => expect(told).toHaveLength(1), 30_000)
  expect(told[0]).toContain('the policy "other-host-network.static.k8s.io" is not among the files')
  expect(current()).toHaveLength(1)
  writeFileSync(join(path, 'b.yaml'), BINDING)
  await vi.waitFor(() => expect(told).toEqual([told[0], 'changed: 2']), 30_000)
  expect(current()).toHaveLength(2)
})

test('policies of files come before those of the API, guard them too, and their names are kept for files', async () => {
  const object = (kind: string, name: string, spec: object): KubernetesObject => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name },
    spec,
  })
  const everything = {
    resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
  }
  const policy = (name: string) =>
    object('ValidatingAdmissionPolicy', name, {
      matchConstraints: everything,
      validations: [{ expression: 'false', message: `by ${name}` }],
    })
  const binding = (name: string) => object('ValidatingAdmissionPolicyBinding', name, { policyName: name })
  const api = ['a', 'forged.static.k8s.io'].flatMap((name) => [policy(name), binding(name)])
  const files = [policy('z.static.k8s.io'), binding('z.static.k8s.io')]
  const chain = createAdmissionChain(createAdmissionStages(['ValidatingAdmissionPolicy']))
  const refused = async (group: string, resource: string, kind: string, ofFiles = files) => {
    const { refusal } = await chain.admit(
      {
        uid: 'u',
        operation: 'CREATE',
        kind: { group, version: 'v1', kind },
        resource: { group, version: 'v1', resource },
        subresource: '',
        name: 'x',
        namespace: '',
        user: { name: 'jane', groups: [] },
        object: object(kind, 'x', {}),
        dryRun: false,
      },
      {
        objects: withManifests(fixedObjects(api), () => ofFiles),
        now: () => 0,
        authorize: () => Promise.reject(new Error('nobody asks')),
      },
    )
    return refusal?.message
  }
  expect(await refused('', 'nodes', 'Node')).toContain(
    "'z.static.k8s.io' with binding 'z.static.k8s.io' denied request: by z",
  )
  expect(await refused('', 'nodes', 'Node', [])).toContain('by a')
  const policies = [
    'admissionregistration.k8s.io',
    'validatingadmissionpolicies',
    'ValidatingAdmissionPolicy',
  ] as const
  expect(await refused(...policies)).toContain('by z')
  expect(await refused(...policies, [])).toBeUndefined()
})

test('every plugin that takes manifests has a stage of its name', () => {
  const names = Object.keys(MANIFEST_KINDS) as ManifestPlugin[]
  expect(createAdmissionStages(names).map(({ name }) => name)).toEqual(names)
})
