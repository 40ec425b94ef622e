import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import type { GroupResource } from '../objects/object-view.ts'
import { resourceTypeOf } from '../objects/resource-types.ts'
import type { KubernetesObject } from '../objects/types.ts'

/**
 * An API server in memory that can be made to fail as a real one does only under load or after hours: lists in pages
 * of its own size, watches with a history that can be forgotten. (The suite under e2e/ watches a real one.)
 */
export interface TestApiServer {
  readonly config: KubeConfig
  /** `GET path?query` of every request. */
  readonly asked: string[]
  /** Looked at before each request; an answer given here is the whole answer. */
  fault: (request: { path: string; query: URLSearchParams }) => { status: number; body: unknown } | undefined
  put(object: KubernetesObject, type?: 'ADDED' | 'MODIFIED'): void
  delete(object: KubernetesObject): void
  /** Writes an event to all open watches as it is. */
  send(event: unknown): void
  /** Ends all open watches. */
  disconnect(): void
  /** Versions up to now can no longer be watched from. */
  forget(): void
  close(): Promise<void>
}

const KINDS = [
  { apiVersion: 'v1', kind: 'Pod', name: 'pods', namespaced: true },
  { apiVersion: 'v1', kind: 'Node', name: 'nodes', namespaced: false },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', name: 'roles', namespaced: true },
]

interface Happened {
  readonly version: number
  readonly type: string
  readonly object: KubernetesObject
}

export async function startApiServer(
  objects: readonly KubernetesObject[],
  pageSize = 2,
): Promise<TestApiServer> {
  let version = 1000
  let forgotten = 0
  const stored = new Map<string, KubernetesObject>()
  const history: Happened[] = []
  const watches = new Set<{ response: ServerResponse; resource: string }>()

  function happen(type: string, object: KubernetesObject): void {
    const changed = { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } }
    if (type === 'DELETED') stored.delete(keyOf(object))
    else stored.set(keyOf(object), changed)
    const event = { version, type, object: changed }
    history.push(event)
    for (const watch of watches)
      if (watch.resource === resourceTypeOf(object).resource) write(watch.response, event)
  }

  function list(resource: string, query: URLSearchParams) {
    const all = [...stored.values()].filter((object) => resourceTypeOf(object).resource === resource)
    const start = Number(query.get('continue') ?? 0)
    const end = query.has('limit') ? start + pageSize : all.length
    // Items of a list carry neither apiVersion nor kind.
    const items = all.slice(start, end).map(({ apiVersion: _, kind: __, ...item }) => item)
    return {
      metadata: { resourceVersion: String(version), ...(end < all.length && { continue: String(end) }) },
      items,
    }
  }

  function watch(response: ServerResponse, resource: string, query: URLSearchParams): void {
    const from = Number(query.get('resourceVersion'))
    if (from < forgotten) {
      answer(response, 410, { kind: 'Status', code: 410, message: 'too old' })
      return
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    for (const event of history)
      if (event.version > from && resourceTypeOf(event.object).resource === resource) write(response, event)
    const entry = { response, resource }
    watches.add(entry)
    response.on('close', () => watches.delete(entry))
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '', 'http://localhost')
    server.asked.push(`${request.method} ${path}${query.size > 0 ? `?${query}` : ''}`)
    const fault = server.fault({ path, query })
    const resource = path.split('/').at(-1) ?? ''
    if (fault !== undefined) answer(response, fault.status, fault.body)
    else if (/^\/apis\/[^/]+$/.test(path)) answer(response, ...discoverGroup(resource))
    else if (/^\/(?:api|apis\/[^/]+)\/[^/]+$/.test(path))
      answer(response, 200, discoverVersion(path.replace(/^\/apis?\//, '')))
    else if (query.has('watch')) watch(response, resource, query)
    else answer(response, 200, list(resource, query))
  }

  const http = createServer(handle)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const server: TestApiServer = {
    config: configOf((http.address() as AddressInfo).port),
    asked: [],
    fault: () => undefined,
    put: (object, type = 'MODIFIED') => happen(type, object),
    delete: (object) => happen('DELETED', object),
    send: (event) => {
      for (const { response } of watches)
        response.write(typeof event === 'string' ? event : `${JSON.stringify(event)}\n`)
    },
    disconnect: () => {
      for (const { response } of watches) response.end()
      watches.clear()
    },
    forget: () => {
      forgotten = version + 1
      version++
    },
    async close() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
  for (const object of objects) stored.set(keyOf(object), object)
  return server
}

function discoverGroup(group: string): [number, unknown] {
  const kinds = KINDS.filter(({ apiVersion }) => apiVersion.startsWith(`${group}/`))
  if (kinds.length === 0) return [404, '404 page not found']
  const versions = kinds.map(({ apiVersion }) => ({ groupVersion: apiVersion }))
  return [200, { preferredVersion: versions[0], versions }]
}

function discoverVersion(version: string) {
  const resources = KINDS.filter(({ apiVersion }) => apiVersion === version)
  return { resources: resources.map((each) => ({ ...each, verbs: ['get', 'list', 'watch'] })) }
}

/** Where the server lists a type. */
export function pathOf({ group, resource }: GroupResource): string {
  return group === '' ? `/api/v1/${resource}` : `/apis/${group}/v1/${resource}`
}

function keyOf(object: KubernetesObject): string {
  return `${object.kind}/${object.metadata?.namespace ?? ''}/${object.metadata?.name}`
}

function write(response: ServerResponse, { type, object }: Happened): void {
  // In two pieces, as a network may cut it.
  const line = `${JSON.stringify({ type, object })}\n`
  response.write(line.slice(0, 7))
  response.write(line.slice(7))
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

function configOf(port: number): KubeConfig {
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: [{ name: 'c', server: `http://127.0.0.1:${port}`, skipTLSVerify: true }],
    users: [{ name: 'u', token: 't' }],
    contexts: [{ name: 'test', cluster: 'c', user: 'u' }],
    currentContext: 'test',
  })
  return config
}
