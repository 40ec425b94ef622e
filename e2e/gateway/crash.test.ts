import { Agent, request } from 'node:https'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anyCluster, needs } from '../setup/needs.ts'
import { findKubectl, GateProcess, kubectl, succeeds } from './gate-process.ts'

const NAMESPACE = 'gate-crash'

describe('kill -9 under load', needs(anyCluster.kubeconfig && findKubectl(), anyCluster.otherwise), () => {
  const gate = new GateProcess(anyCluster.kubeconfig ?? '')

  beforeAll(async () => {
    await succeeds(anyCluster.kubeconfig ?? '', ['create', 'namespace', NAMESPACE])
    await gate.start()
  })
  afterAll(async () => {
    await kubectl(anyCluster.kubeconfig ?? '', ['delete', 'namespace', NAMESPACE, '--wait=false'])
    await gate.close()
  })

  test('every acknowledged request has its event after the restart, and clients go on', async () => {
    const credential = await gate.credential('jane', ['system:masters'])
    const acknowledged = new Set<string>()
    let isKilled = false
    const create = (agent: Agent, name: string) =>
      new Promise<boolean>((done) => {
        const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
        const path = `/api/v1/namespaces/${NAMESPACE}/configmaps`
        const headers = { 'content-type': 'application/json', 'content-length': body.length }
        const outgoing = request(
          { host: '127.0.0.1', port: gate.port, path, method: 'POST', headers, agent },
          (response) => {
            // The status is the acknowledgement, whether the rest comes or not.
            if (response.statusCode === 201) acknowledged.add(name)
            response
              .resume()
              .on('end', () => done(true))
              .on('error', () => done(false))
          },
        )
        outgoing.on('error', () => done(false))
        outgoing.end(body)
      })
    const load = async (worker: number) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1, ...credential })
      for (let index = 0; !isKilled; index++) await create(agent, `c-${worker}-${index}`)
      agent.destroy()
    }
    const workers = Array.from({ length: 16 }, (_, worker) => load(worker))
    await expect.poll(() => acknowledged.size).toBeGreaterThan(100)
    await gate.stop('SIGKILL')
    isKilled = true
    await Promise.all(workers)

    await gate.start()
    const agent = new Agent({ maxSockets: 1, ...credential })
    expect(await create(agent, 'after')).toBe(true)
    await gate.stop()
    // Whole, or recovered and marked so.
    const kept = gate
      .events()
      .filter(
        ({ verb, stage, responseStatus, annotations }) =>
          verb === 'create' &&
          ((stage === 'ResponseComplete' && responseStatus?.code === 201) ||
            annotations?.['haetae.io/recovered'] !== undefined),
      )
    for (const { user } of kept) expect(user.username).toBe('jane')
    const names = new Set(kept.map(({ objectRef }) => objectRef?.name))
    expect([...acknowledged].filter((name) => !names.has(name))).toEqual([])
    expect(acknowledged.has('after')).toBe(true)
    const recovered = gate
      .events()
      .filter(({ annotations }) => annotations?.['haetae.io/recovered'] !== undefined)
    expect(recovered.length).toBeGreaterThan(0)
  })
})
