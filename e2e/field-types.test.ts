import { HttpMethod, IsomorphicFetchHttpLibrary, KubeConfig, RequestContext } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { decodeObject } from '../src/kubernetes/index.ts'
import { anyCluster, needs } from './setup/needs.ts'

const { kubeconfig, otherwise } = anyCluster

const container = (parts: object) => ({ spec: { containers: [{ name: 'c', image: 'i', ...parts }] } })
const spec = (parts: object) => ({ spec: { containers: [{ name: 'c', image: 'i' }], ...parts } })
const labels = (value: unknown) => ({ ...container({}), metadata: { name: 'p', labels: value } })

/** Fragments of pods whose types may or may not be what the decoder takes. */
const FRAGMENTS: [string, object][] = [
  ['nothing special', container({})],
  ['label true', labels({ a: true })],
  ['label 1', labels({ a: 1 })],
  ['label null', labels({ a: null })],
  ['labels null', labels(null)],
  ['labels list', labels([])],
  ['labels empty string', labels('')],
  ['image 1', container({ image: 1 })],
  ['args with a number', container({ args: ['a', 1] })],
  ['args with null', container({ args: ['a', null] })],
  ['args an object', container({ args: {} })],
  ['args a string', container({ args: 'a' })],
  ['env value number', container({ env: [{ name: 'A', value: 1 }] })],
  ['env value bool', container({ env: [{ name: 'A', value: true }] })],
  ['env null element', container({ env: [null, { name: 'A' }] })],
  ['tty string', container({ tty: 'true' })],
  ['tty number', container({ tty: 1 })],
  ['resources list', container({ resources: [] })],
  ['resources empty string', container({ resources: '' })],
  ['limits cpu 1', container({ resources: { limits: { cpu: 1 } } })],
  ['limits cpu 0.5', container({ resources: { limits: { cpu: 0.5 } } })],
  ['limits cpu true', container({ resources: { limits: { cpu: true } } })],
  ['limits cpu null', container({ resources: { limits: { cpu: null } } })],
  ['limits cpu words', container({ resources: { limits: { cpu: '1 core' } } })],
  ['limits cpu empty', container({ resources: { limits: { cpu: '' } } })],
  ['limits memory 1Gi', container({ resources: { limits: { memory: '1Gi' } } })],
  ['limits memory 1GiB', container({ resources: { limits: { memory: '1GiB' } } })],
  ['limits memory 1e3', container({ resources: { limits: { memory: '1e3' } } })],
  ['limits memory 1E', container({ resources: { limits: { memory: '1E' } } })],
  ['limits memory .5Gi', container({ resources: { limits: { memory: '.5Gi' } } })],
  ['limits memory 5.', container({ resources: { limits: { memory: '5.' } } })],
  ['limits memory 1K', container({ resources: { limits: { memory: '1K' } } })],
  ['containerPort string', container({ ports: [{ containerPort: '80' }] })],
  ['containerPort 80.5', container({ ports: [{ containerPort: 80.5 }] })],
  ['containerPort too large', container({ ports: [{ containerPort: 2 ** 31 }] })],
  ['probe port number', container({ livenessProbe: { httpGet: { port: 80 } } })],
  ['probe port bool', container({ livenessProbe: { httpGet: { port: true } } })],
  ['probe port fraction', container({ livenessProbe: { httpGet: { port: 1.5 } } })],
  ['probe port list', container({ livenessProbe: { httpGet: { port: [] } } })],
  ['emptyDir null', spec({ volumes: [{ name: 'v', emptyDir: null }] })],
  ['emptyDir empty string', spec({ volumes: [{ name: 'v', emptyDir: '' }] })],
  ['emptyDir sizeLimit 5', spec({ volumes: [{ name: 'v', emptyDir: { sizeLimit: 5 } }] })],
  ['hostNetwork string', spec({ hostNetwork: 'true' })],
  ['runAsUser string', spec({ securityContext: { runAsUser: '1000' } })],
  ['runAsUser 2^62', spec({ securityContext: { runAsUser: 2 ** 62 } })],
  ['supplementalGroups strings', spec({ securityContext: { supplementalGroups: ['1'] } })],
  ['supplementalGroups null', spec({ securityContext: { supplementalGroups: [null] } })],
  ['nodeSelector number', spec({ nodeSelector: { a: 1 } })],
  ['containers object', { spec: { containers: {} } }],
  ['containers null', { spec: { containers: null } }],
  ['containers of null', { spec: { containers: [null] } }],
  ['spec list', { spec: [] }],
  ['creationTimestamp null', { ...container({}), metadata: { name: 'p', creationTimestamp: null } }],
  ['creationTimestamp number', { ...container({}), metadata: { name: 'p', creationTimestamp: 1 } }],
  ['name in another case', container({ Image: 1 })],
]

describe('decodeObject and a real API server’s decoder agree on', needs(kubeconfig, otherwise), () => {
  const config = new KubeConfig()
  if (kubeconfig !== undefined) config.loadFromFile(kubeconfig)

  test.each(FRAGMENTS)('%s', async (_, fragment) => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, ...fragment }
    const status = await tryToCreate(config, pod)
    // Objects that decode may be refused for what they say (422) or whom they belong to (403), never with 400.
    expect(decodeObject(pod).mistyped.length > 0).toBe(status === 400)
  })
})

async function tryToCreate(config: KubeConfig, object: object): Promise<number> {
  const server = config.getCurrentCluster()?.server ?? ''
  const context = new RequestContext(`${server}/api/v1/namespaces/default/pods?dryRun=All`, HttpMethod.POST)
  context.setHeaderParam('Content-Type', 'application/json')
  context.setBody(JSON.stringify(object))
  await config.applySecurityAuthentication(context)
  const response = await new IsomorphicFetchHttpLibrary().send(context).toPromise()
  await response.body.text()
  return response.httpStatusCode
}
