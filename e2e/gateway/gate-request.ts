import { request } from 'node:https'
import type { GateProcess } from './gate-process.ts'

/** A request to the gate as no client library stands between. */
export interface GateRequest {
  readonly method?: string
  readonly path: string
  readonly body?: object
  readonly user: string
  readonly groups?: readonly string[]
  readonly contentType?: string
}

export interface GateAnswer {
  readonly status: number
  /** Of its `Warning` headers. */
  readonly warnings: string
  /** Whether the API server behind has seen the request: its answers carry what the gate's own do not. */
  readonly isFromBehind: boolean
  readonly body: {
    readonly message?: string
    readonly reason?: string
    readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }
    readonly [field: string]: unknown
  }
}

export async function ask(gate: GateProcess, call: GateRequest): Promise<GateAnswer> {
  const { cert, key, ca } = await gate.credential(call.user, call.groups)
  const text = call.body === undefined ? '' : JSON.stringify(call.body)
  const options = {
    host: '127.0.0.1',
    port: gate.port,
    method: call.method ?? (call.body === undefined ? 'GET' : 'POST'),
    path: call.path,
    headers: {
      'content-type': call.contentType ?? 'application/json',
      'content-length': Buffer.byteLength(text),
    },
    agent: false as const,
    ...{ cert, key, ca },
  }
  return new Promise((done, fail) => {
    const outgoing = request(options, (response) => {
      let answer = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        answer += part
      })
      response.on('end', () =>
        done({
          status: response.statusCode ?? 0,
          warnings: String(response.headers['warning'] ?? ''),
          isFromBehind: response.headers['x-kubernetes-pf-flowschema-uid'] !== undefined,
          body: answer === '' ? {} : JSON.parse(answer),
        }),
      )
    })
    outgoing.on('error', fail)
    outgoing.end(text)
  })
}
