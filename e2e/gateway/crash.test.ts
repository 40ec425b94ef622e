import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anyCluster, needs } from '../setup/needs.ts'
import { type AuditLine, findKubectl, GateProcess, kubectl, succeeds } from './gate-process.ts'

const NAMESPACE = 'gate-crash'

describe('kill -9 under load', needs(anyCluster.kubeconfig && findKubectl(), anyCluster.otherwise), () => {
  const gate = new GateProcess(anyCluster.kubeconfig ?? '')

  beforeAll(async () => {
    await succeeds(anyCluster.kubeconfig ?? '', ['create', 'namespace', NAMESPACE])
  })
  afterAll(async () => {
    await kubectl(anyCluster.kubeconfig ?? '', ['delete', 'namespace', NAMESPACE, '--wait=false'])
    await gate.close()
  })

  /** @returns the option for a policy that keeps these stages */
  function keeping(...stages: string[]): string[] {
    const all = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic']
    const omitStages = all.filter((stage) => !stages.includes(stage))
    const policy = {
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitStages,
      rules: [{ level: 'Metadata' }],
    }
    const path = join(gate.folder, 'policy.json')
    writeFileSync(path, JSON.stringify(policy))
    return ['--audit-policy-file', path]
  }

  test.each([
    ['of its end', 'ResponseComplete', () => []],
    ['of its beginning', 'RequestReceived', () => keeping('RequestReceived', 'ResponseStarted')],
  ] as const)(
    'every acknowledged request has its event after the restart, and clients go on: %s',
    async (_, kept, options) => {
      await gate.start(...options())
      const credential = await gate.credential('jane', ['system:masters'])
      const acknowledged = new Set<string>()
      const prefix = kept.toLowerCase()
      let isKilled = false
      const create = (agent: Agent, name: string) =>
        new Promise<boolean>((done) => {
          const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
          // Not every stage knows the name.
          const path = `/api/v1/namespaces/${NAMESPACE}/configmaps?fieldManager=${name}`
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
        for (let index = 0; !isKilled; index++) await create(agent, `${prefix}-${worker}-${index}`)
        agent.destroy()
      }
      const workers = Array.from({ length: 16 }, (_, worker) => load(worker))
      await expect.poll(() => acknowledged.size).toBeGreaterThan(100)
      await gate.stop('SIGKILL')
      isKilled = true
      await Promise.all(workers)

      await gate.start(...options())
      const agent = new Agent({ maxSockets: 1, ...credential })
      expect(await create(agent, `${prefix}-after`)).toBe(true)
      await gate.stop()
      const told = gate
        .events()
        .filter(({ verb, requestURI }) => verb === 'create' && requestURI.includes(prefix))
      for (const { user, stage } of told) expect([user.username, stage]).toEqual(['jane', kept])
      // Whole, or recovered and marked so.
      const isRecovered = ({ annotations }: AuditLine) => annotations?.['haetae.io/recovered'] !== undefined
      const names = new Set(
        told
          .filter(
            (event) =>
              event.stage !== 'ResponseComplete' || event.responseStatus?.code === 201 || isRecovered(event),
          )
          .map(({ requestURI }) => requestURI.split('fieldManager=')[1]),
      )
      expect([...acknowledged].filter((name) => !names.has(name))).toEqual([])
      expect(acknowledged.has(`${prefix}-after`)).toBe(true)
      // An event of the beginning may be whole of every request: none is under way before it while the API server pauses.
      if (kept === 'ResponseComplete') expect(told.filter(isRecovered).length).toBeGreaterThan(0)
    },
  )
})
