import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRenderer } from '../../messages/index.ts'
import { readingMessages } from '../reading/messages.ts'
import { clusterMessages } from './messages.ts'
import { type ClusterOptions, readCluster } from './read-cluster.ts'

/**
 * An API server that answers what a test wants, for what a real one does only under load, in old versions or
 * with other rights. (The suite under e2e/ reads a real one.)
 */
type Answers = (path: string, query: URLSearchParams) => { status: number; body: unknown } | 'never'

let folder: string
let server: Server
let answers: Answers
let asked: string[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-cluster-'))
  asked = []
  answers = () => ({ status: 200, body: { items: [] } })
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost')
    asked.push(url.pathname)
    const answer = answers(url.pathname, url.searchParams)
    if (answer === 'never') return
    response.writeHead(answer.status, { 'content-type': 'application/json', 'retry-after': '0' })
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  writeFileSync(join(folder, 'config'), kubeconfig((server.address() as AddressInfo).port))
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

function kubeconfig(port: number): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [
      { name: 'c', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [{ name: 'test', context: { cluster: 'c', user: 'u' } }],
  })
}

async function read(options: ClusterOptions = {}) {
  const names: string[] = []
  const problems: string[] = []
  const files = new Set<string>()
  const render = createRenderer([clusterMessages, readingMessages], 'en')
  const all = { kubeconfig: join(folder, 'config'), allNamespaces: true, environment: {}, ...options }
  for await (const page of readCluster(all)) {
    for (const { object, file } of page.documents) {
      names.push(`${object.apiVersion} ${object.kind} ${object.metadata?.name}`)
      files.add(file)
    }
    for (const problem of page.problems) problems.push(`${problem.code} ${render(problem.message)}`)
  }
  return { names, problems, files: [...files] }
}

const item = (name: string, owner?: { kind: string; apiVersion: string }) => ({
  metadata: {
    name,
    uid: name,
    managedFields: [{}],
    ...(owner && { ownerReferences: [{ ...owner, name: 'x', uid: 'x', controller: true }] }),
  },
})
const items = (...list: unknown[]) => ({ status: 200, body: { items: list } })

describe('readCluster', () => {
  test('tells what a controller owns once, as the controller', async () => {
    answers = (path) => {
      if (path.endsWith('/deployments')) return items(item('web'))
      if (path.endsWith('/replicasets'))
        return items(item('web-1', { kind: 'Deployment', apiVersion: 'apps/v1' }))
      if (!path.endsWith('/pods')) return items()
      return items(
        item('web-1-a', { kind: 'ReplicaSet', apiVersion: 'apps/v1' }),
        item('step', { kind: 'Workflow', apiVersion: 'argoproj.io/v1alpha1' }),
        item('alone'),
      )
    }
    expect(await read()).toEqual({
      names: ['apps/v1 Deployment web', 'v1 Pod step', 'v1 Pod alone'],
      problems: [],
      files: ['cluster:test'],
    })
    expect((await read({ keepOwned: true })).names).toHaveLength(5)
  })

  test('what may not be read is named, and what it owns is told instead', async () => {
    answers = (path) => {
      if (path.endsWith('/deployments')) return { status: 403, body: { message: 'no' } }
      if (path.endsWith('/replicasets'))
        return items(item('web-1', { kind: 'Deployment', apiVersion: 'apps/v1' }))
      return items()
    }
    expect(await read()).toMatchObject({
      names: ['apps/v1 ReplicaSet web-1'],
      problems: [
        'ERR_CLUSTER_FORBIDDEN not allowed to read deployments of the cluster; they are not in this result',
      ],
    })
  })

  test('CronJobs of a server older than 1.21', async () => {
    answers = (path) => {
      if (path === '/apis/batch/v1/cronjobs') return { status: 404, body: {} }
      return path.endsWith('/cronjobs') ? items(item('nightly')) : items()
    }
    expect((await read()).names).toEqual(['batch/v1beta1 CronJob nightly'])
  })

  test('a version that the server has is not read again in an older one', async () => {
    await read()
    expect(asked.filter((path) => path.endsWith('/cronjobs'))).toEqual(['/apis/batch/v1/cronjobs'])
  })

  test('an expired list goes on with the token that the answer has', async () => {
    answers = (path, query) => {
      if (!path.endsWith('/pods')) return items()
      const token = query.get('continue')
      if (token === null) return { status: 200, body: { metadata: { continue: 'old' }, items: [item('a')] } }
      return token === 'old' ? { status: 410, body: { metadata: { continue: 'new' } } } : items(item('b'))
    }
    expect(await read()).toMatchObject({ names: ['v1 Pod a', 'v1 Pod b'], problems: [] })
  })

  test('an expired list without such a token begins anew, and gives nothing twice', async () => {
    let begun = 0
    answers = (path, query) => {
      if (!path.endsWith('/pods')) return items()
      if (query.get('continue') !== null) return { status: 410, body: {} }
      begun++
      if (begun > 1) return items(item('a'), item('b'))
      return { status: 200, body: { metadata: { continue: 'old' }, items: [item('a')] } }
    }
    expect(await read()).toMatchObject({ names: ['v1 Pod a', 'v1 Pod b'], problems: [] })
  })

  test('a list that never ends expiring is a problem', async () => {
    answers = (path, query) => {
      if (!path.endsWith('/pods')) return items()
      if (query.get('continue') !== null) return { status: 410, body: { metadata: { continue: 'again' } } }
      return { status: 200, body: { metadata: { continue: 'old' }, items: [item('a')] } }
    }
    const { names, problems } = await read()
    expect(names).toEqual(['v1 Pod a'])
    expect(problems).toEqual([expect.stringMatching(/^ERR_CLUSTER_EXPIRED /)])
  })

  test('a busy server is asked again', async () => {
    let tries = 0
    answers = (path) => {
      if (!path.endsWith('/pods')) return items()
      tries++
      return tries < 3 ? { status: 429, body: {} } : items(item('a'))
    }
    expect(await read()).toMatchObject({ names: ['v1 Pod a'], problems: [] })
  })

  test('an answer that is no list is a problem of that resource', async () => {
    answers = (path) => (path.endsWith('/jobs') ? { status: 200, body: '<html>' } : items())
    expect((await read()).problems).toEqual([
      'ERR_CLUSTER_ANSWER the API server could not list jobs: HTTP 200',
    ])
  })

  test('wrong credentials end it', async () => {
    answers = () => ({ status: 401, body: {} })
    const { problems } = await read()
    expect(problems).toEqual([expect.stringMatching(/^ERR_CLUSTER_UNAUTHORIZED .* \(401\)$/)])
  })

  test('no answer ends it', async () => {
    answers = () => 'never'
    const { problems } = await read({ timeoutSeconds: 0.2 })
    expect(problems).toEqual([expect.stringMatching(/^ERR_CLUSTER_TIMEOUT .* within 0\.2 seconds$/)])
  })

  test('one namespace, read by its name', async () => {
    answers = (path) => {
      if (path === '/api/v1/namespaces/web')
        return { status: 200, body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } } }
      return path === '/api/v1/namespaces/web/pods' ? items(item('a')) : items()
    }
    expect((await read({ allNamespaces: false, namespace: 'web' })).names).toEqual([
      'v1 Namespace web',
      'v1 Pod a',
    ])
    expect(asked.every((path) => path.includes('/namespaces/web'))).toBe(true)
  })

  test.each([
    ['no file', { kubeconfig: '/nowhere/config' }, /^ERR_NO_KUBECONFIG .*\/nowhere\/config/],
    ['no such context', { context: 'other' }, /^ERR_NO_CONTEXT .*"other".*test/],
  ])('%s', async (_, options, expected) => {
    expect((await read(options)).problems).toEqual([expect.stringMatching(expected)])
  })

  test('a kubeconfig that is none', async () => {
    writeFileSync(join(folder, 'config'), ': :\n -')
    expect((await read()).problems).toEqual([expect.stringMatching(/^ERR_KUBECONFIG /)])
  })

  test('a plugin that prints no JSON, and a token that is no header, are not repeated', async () => {
    const users = [
      { token: 'S3cr3t\nTokenValue' },
      {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: 'echo',
          args: ['S3cr3tTokenValue'],
          interactiveMode: 'Never',
        },
      },
    ]
    for (const user of users) {
      const config = JSON.parse(kubeconfig((server.address() as AddressInfo).port))
      writeFileSync(join(folder, 'config'), JSON.stringify({ ...config, users: [{ name: 'u', user }] }))
      const { problems } = await read()
      expect(problems).toEqual([expect.stringMatching(/^ERR_CLUSTER_CREDENTIALS .* is malformed$/)])
    }
  })

  test('several files of $KUBECONFIG: the first to set a value wins', async () => {
    const other = kubeconfig(1).replace('"current-context":"test"', '"current-context":"second"')
    writeFileSync(join(folder, 'other'), other)
    const environment = {
      KUBECONFIG: `${join(folder, 'missing')}:${join(folder, 'config')}:${join(folder, 'other')}`,
    }
    const problems: unknown[] = []
    for await (const page of readCluster({ environment, allNamespaces: true }))
      problems.push(...page.problems)
    expect(problems).toEqual([])
    expect(asked).not.toEqual([])
  })
})
