import { Agent, type RequestOptions, request } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'

/** A request as it goes to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With its query, e.g. `/api/v1/namespaces/default/pods?dryRun=All`. */
  readonly path: string
  readonly body?: object
  /** Who asks, by impersonation; absent: the kubeconfig's user. */
  readonly as?: { readonly user: string; readonly groups: readonly string[] }
  /** By which the request is found in the audit log. */
  readonly auditId?: string
}

/** What it answers: the object asked for, or a Status. */
export interface ApiAnswer {
  readonly status: number
  readonly body: ApiObject
}

/** Any object of the API, as JSON. */
export interface ApiObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: { readonly name?: string; readonly [field: string]: unknown }
  /** Of a Status. */
  readonly message?: string
  readonly [field: string]: unknown
}

/** Sends requests to one API server, over few connections that stay open. */
export interface ApiServer {
  send(request: ApiRequest): Promise<ApiAnswer>
  close(): void
}

export async function connect(kubeconfig: string): Promise<ApiServer> {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const server = config.getCurrentCluster()?.server
  if (server === undefined) throw new Error(`${kubeconfig} names no current cluster`)
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  const { ca, cert, key } = options
  const agent = new Agent({ keepAlive: true, maxSockets: 8, ca, cert, key })
  return {
    send: (call) => send(agent, server, call),
    close: () => agent.destroy(),
  }
}

function send(agent: Agent, server: string, call: ApiRequest): Promise<ApiAnswer> {
  return new Promise((done, fail) => {
    const headers: Record<string, string | string[]> = { 'Content-Type': 'application/json' }
    const text = call.body === undefined ? '' : JSON.stringify(call.body)
    // Of a DELETE Node.js tells no length by itself, and what follows would be read as the next request.
    headers['Content-Length'] = `${Buffer.byteLength(text)}`
    if (call.as !== undefined) {
      headers['Impersonate-User'] = call.as.user
      headers['Impersonate-Group'] = [...call.as.groups]
    }
    if (call.auditId !== undefined) headers['Audit-ID'] = call.auditId
    const outgoing = request(`${server}${call.path}`, { agent, method: call.method, headers }, (response) => {
      let answer = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        answer += part
      })
      response.on('error', fail)
      response.on('end', () => {
        try {
          done({ status: response.statusCode ?? 0, body: JSON.parse(answer) })
        } catch {
          fail(new Error(`${call.method} ${call.path}: not JSON: ${answer.slice(0, 200)}`))
        }
      })
    })
    outgoing.on('error', fail)
    outgoing.end(text)
  })
}

/** @throws Error with the server's words where the answer is not a success */
export async function succeed(server: ApiServer, call: ApiRequest): Promise<ApiObject> {
  const { status, body } = await server.send(call)
  if (status >= 200 && status < 300) return body
  throw new Error(`${call.method} ${call.path}: ${status}: ${body.message}`)
}

/** Deletes an object, if it is there. */
export async function remove(server: ApiServer, path: string): Promise<void> {
  const { status, body } = await server.send({ method: 'DELETE', path })
  if (status >= 300 && status !== 404) throw new Error(`DELETE ${path}: ${status}: ${body.message}`)
}
