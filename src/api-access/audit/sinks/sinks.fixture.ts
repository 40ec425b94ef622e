import { createServer, type IncomingMessage, type Server } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { freePort } from '../../../../test/free-ports.fixture.ts'
import type { AuditEvent } from '../event/index.ts'
import { line } from '../readers/readers.fixture.ts'
import type { WebhookTarget } from './webhook/kubeconfig.ts'

export function events(from: number, to: number, extra: object = {}): AuditEvent[] {
  return Array.from({ length: to - from }, (_, index) => JSON.parse(line(from + index, extra)) as AuditEvent)
}

export function numberOf(event: AuditEvent): number {
  return Number(event.auditID?.slice(-12))
}

/** A webhook that can die and come back, at the same address. */
export class Webhook {
  readonly received: AuditEvent[] = []
  readonly requests: { readonly size: number; readonly headers: IncomingMessage['headers'] }[] = []
  /** What the next requests are answered; 200 where there is none. */
  readonly answers: { status: number; headers?: Record<string, string> }[] = []
  /** Answers by what a body holds. */
  judge: (events: readonly AuditEvent[]) => number = () => 200
  #server: Server | undefined
  #port = 0

  get target(): WebhookTarget {
    return {
      url: new URL(`http://127.0.0.1:${this.#port}/audit`),
      credentials: async () => ({ headers: { authorization: 'Bearer t' }, tls: {} }),
    }
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        const { status, headers = {} } = this.#take(Buffer.concat(chunks), request)
        response.writeHead(status, headers).end()
      })
    })
    // It comes back there: a port that the kernel gives to nobody else meanwhile.
    if (this.#port === 0) this.#port = await freePort()
    await new Promise<void>((done, fail) =>
      server.once('error', fail).listen(this.#port, '127.0.0.1', () => done()),
    )
    this.#server = server
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  #take(body: Buffer, { headers }: IncomingMessage): { status: number; headers?: Record<string, string> } {
    const text = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    const list = JSON.parse(text.toString()) as { kind: string; apiVersion: string; items: AuditEvent[] }
    if (list.kind !== 'EventList' || list.apiVersion !== 'audit.k8s.io/v1') return { status: 400 }
    this.requests.push({ size: list.items.length, headers })
    const answer = this.answers.shift() ?? { status: this.judge(list.items) }
    if (answer.status === 200) this.received.push(...list.items)
    return answer
  }
}

/** Waits until something is so. */
export async function until(condition: () => boolean, milliseconds = 30_000): Promise<void> {
  const end = performance.now() + milliseconds
  while (!condition()) {
    if (performance.now() > end) throw new Error('it did not come to be so')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
