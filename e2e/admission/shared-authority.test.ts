import { X509Certificate } from 'node:crypto'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authoritySecret } from '../../src/cli/admission/shared-authority.ts'
import { type ClusterClient, clusterClient } from '../../src/kubernetes/index.ts'
import { type ApiServer, connect, remove } from '../setup/api-server.ts'
import { makeNamespace } from '../setup/namespace.ts'
import { anyCluster, needs } from '../setup/needs.ts'

const { kubeconfig, otherwise } = anyCluster
const NAMESPACE = 'haetae-shared-authority'
const YEAR = 365 * 24 * 3_600_000

describe('the authority that replicas share', needs(kubeconfig, otherwise), () => {
  let server: ApiServer
  let client: ClusterClient

  beforeAll(async () => {
    server = await connect(kubeconfig ?? '')
    await makeNamespace(server, NAMESPACE)
    const config = new KubeConfig()
    config.loadFromFile(kubeconfig ?? '')
    client = clusterClient(config)
  })
  afterAll(async () => {
    await remove(server, `/api/v1/namespaces/${NAMESPACE}`)
    client.close()
    server.close()
  })

  const replica = (name: string, now: () => number = Date.now) =>
    authoritySecret({ client, namespace: NAMESPACE, name, now })

  test('of replicas that make one at once all get the same', async () => {
    const made = await Promise.all(Array.from({ length: 4 }, () => replica('race').read()))
    expect(new Set(made.map(({ bundle }) => bundle)).size).toBe(1)
  })

  test('is followed by another in its last year, and both are trusted', async () => {
    const before = await replica('renewed').read()
    const announced: string[] = []
    const announce = async (bundle: string) => {
      announced.push(bundle)
      // Before it is announced no replica shows a certificate of the new one.
      expect((await replica('renewed').read()).authority.certificate).toBe(before.authority.certificate)
    }
    await replica('renewed').renew(announce)
    await replica('renewed', () => Date.now() + 8.9 * YEAR).renew(announce)
    expect(announced).toEqual([])

    await replica('renewed', () => Date.now() + 9.1 * YEAR).renew(announce)
    const after = await replica('renewed').read()
    expect(after.authority.certificate).not.toBe(before.authority.certificate)
    expect(announced).toEqual([after.bundle])
    expect(after.bundle).toBe(`${after.authority.certificate}${before.authority.certificate}`)
    const { certificate } = await after.authority.issueServer(['haetae.svc'], 3600)
    expect(after.authority.hasSigned(new X509Certificate(certificate))).toBe(true)
    expect(before.authority.hasSigned(new X509Certificate(certificate))).toBe(false)
  })

  test('a bundle that was not announced is not used', async () => {
    const before = await replica('unannounced').read()
    const failing = replica('unannounced', () => Date.now() + 9.1 * YEAR).renew(() =>
      Promise.reject(new Error('no registration')),
    )
    await expect(failing).rejects.toThrow('no registration')
    expect((await replica('unannounced').read()).authority.certificate).toBe(before.authority.certificate)
  })
})
