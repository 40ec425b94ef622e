import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Authority } from '../../src/api-access/authentication/index.ts'

/** What an admission webhook is asked. */
export interface ReviewRequest {
  readonly uid: string
  readonly operation: string
  readonly name?: string
  readonly namespace?: string
  readonly subResource?: string
  readonly dryRun?: boolean
  readonly userInfo: { readonly username?: string }
  readonly object?: { readonly [field: string]: unknown } | null
}

export interface ReviewWebhook {
  readonly url: string
  /** As `caBundle` has it. */
  readonly bundle: string
  /** All that it was asked, in order, by the path of the URL. */
  readonly asked: (readonly [path: string, request: ReviewRequest])[]
  close(): void
}

/** An admission webhook that answers as a test wants. */
export async function openReviewWebhook(
  authority: Authority,
  answer: (path: string, request: ReviewRequest) => object,
): Promise<ReviewWebhook> {
  const { certificate, key } = await authority.issueServer(['127.0.0.1'], 3600)
  const asked: (readonly [string, ReviewRequest])[] = []
  const server = createServer({ cert: certificate, key }, async (incoming, response) => {
    let text = ''
    for await (const part of incoming.setEncoding('utf8')) text += part
    const { apiVersion, request } = JSON.parse(text) as { apiVersion: string; request: ReviewRequest }
    const path = (incoming.url ?? '').split('?')[0] ?? ''
    asked.push([path, request])
    const review = { uid: request.uid, ...answer(path, request) }
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ apiVersion, kind: 'AdmissionReview', response: review }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bundle: Buffer.from(authority.certificate).toString('base64'),
    asked,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
