import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type ApiServer, connect, remove, succeed } from '../setup/api-server.ts'
import { type ControlPlane, clusterScript, startControlPlane } from '../setup/control-plane.ts'
import { needs } from '../setup/needs.ts'
import { until } from '../setup/work.ts'

const ROOT = join(import.meta.dirname, '../..')
const { own } = inject('clusters')
const isPossible = own !== undefined && process.getuid?.() === 0
const OTHERWISE = 'no control plane of our own, or not root'

interface Exposure {
  readonly id: string
  readonly severity: string
  readonly message: string
  readonly remedy?: string
  readonly data: Readonly<Record<string, unknown>>
}

/** The process id of the etcd that the script started: beside its state lies its pid. */
function etcdOf(auditLog: string): number {
  const text = readFileSync(join(dirname(dirname(auditLog)), 'run/etcd.pid'), 'utf8')
  return Number(text.split(' ')[0])
}

function exposuresOf(pid: number): readonly Exposure[] {
  const { stdout, stderr } = spawnSync(
    join(ROOT, 'bin/haetae'),
    ['proc', `${pid}`, '--format', 'json', '--lang', 'en'],
    {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  )
  expect(stderr).toBe('')
  expect(stdout).not.toContain('hunter-seven')
  return JSON.parse(stdout).processes[0].exposures
}

const secret = (name: string) => ({
  metadata: { name },
  stringData: { password: 'hunter-seven' },
})

/** Writes a Secret, and waits until etcd has written its batch into the database. */
async function write(server: ApiServer, name: string, auditLog: string): Promise<void> {
  await succeed(server, { method: 'POST', path: '/api/v1/namespaces/default/secrets', body: secret(name) })
  const database = join(dirname(dirname(auditLog)), 'etcd/member/snap/db')
  await until(
    async () => readFileSync(database).includes(`/secrets/default/${name}`) || undefined,
    `${name} in ${database}`,
  )
}

describe('haetae proc on etcd', needs(isPossible, OTHERWISE), () => {
  test('with encryption at rest off tells that Secrets lie there in plain text, and what to change', async () => {
    const server = await connect(own?.kubeconfig ?? '')
    try {
      await write(server, 'haetae-plain', own?.auditLog ?? '')
      const found = exposuresOf(etcdOf(own?.auditLog ?? ''))
      const open = found.find(
        ({ id, message }) => id === 'database-open' && message.includes('member/snap/db'),
      )
      expect(open?.message).toMatch(/is open: a database of etcd/)
      const plain = found.filter(({ id }) => id === 'etcd-plain-secrets')
      expect(plain[0]?.severity).toBe('critical')
      expect(plain[0]?.message).toMatch(/Secrets? lies? in \S+\/member\/\S+ in plain text: /)
      expect(plain[0]?.remedy).toContain('EncryptionConfiguration')
    } finally {
      await remove(server, '/api/v1/namespaces/default/secrets/haetae-plain')
      server.close()
    }
  })

  describe('with it on', () => {
    let folder = ''
    let plane: ControlPlane | undefined

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'haetae-encryption-'))
      const file = join(folder, 'encryption.yaml')
      const key = Buffer.alloc(32, 7).toString('base64')
      writeFileSync(
        file,
        `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: [secrets]
    providers:
      - secretbox: {keys: [{name: key1, secret: ${key}}]}
      - identity: {}
`,
      )
      plane = await startControlPlane(clusterScript() ?? '', {
        admissionPlugins: [],
        featureGates: [],
        flags: [`--encryption-provider-config=${file}`],
      })
    })
    afterAll(async () => {
      await plane?.down()
      rmSync(folder, { recursive: true, force: true })
    })

    test('tells that they are encrypted, and finds none in plain text', async () => {
      const server = await connect(plane?.kubeconfig ?? '')
      try {
        await write(server, 'haetae-encrypted', plane?.auditLog ?? '')
        const found = exposuresOf(etcdOf(plane?.auditLog ?? ''))
        expect(found.filter(({ id }) => id === 'etcd-plain-secrets')).toEqual([])
        expect(found.find(({ id }) => id === 'etcd-encrypted-secrets')?.data).toMatchObject({
          providers: ['secretbox'],
        })
      } finally {
        server.close()
      }
    })
  })
})
