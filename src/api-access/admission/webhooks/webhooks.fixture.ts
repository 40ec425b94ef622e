import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Registry } from 'prom-client'
import { afterEach, beforeAll } from 'vitest'
import type { KubernetesObject, ObjectView } from '../../../kubernetes/index.ts'
import { createAdmissionChain } from '../chain/admit.ts'
import { createAdmissionMetrics } from '../chain/metrics.ts'
import { namespaceOf, surroundingsOf, viewOf } from '../request.fixture.ts'
import { makeCertificates, type TestCertificates } from '../review/certificates.fixture.ts'
import type { AdmissionRequest, AdmissionSurroundings } from '../stage.ts'
import { createWebhookCaller } from './caller.ts'
import { createMutatingWebhooks } from './mutating-stage.ts'
import { createValidatingWebhooks } from './validating-stage.ts'

export interface Asked {
  readonly path: string
  readonly review: {
    readonly apiVersion: string
    readonly request: AdmissionRequest & { readonly requestKind: object }
  }
}
export type Answer = Readonly<Record<string, unknown>>
type Answers = (asked: Asked) => Answer | number | undefined

let certificates: TestCertificates
let server: Server | undefined
let origin = ''
export const calls: Asked[] = []
export const registry = new Registry()
const metrics = createAdmissionMetrics([registry])
export const counted = {
  caller: createWebhookCaller(),
  onEnd: metrics.webhook,
  onConditions: metrics.conditions,
}

/** Called by each file of tests: `answering` then has a certificate, and its server ends with the test. */
export function useWebhookServer(): void {
  beforeAll(() => {
    certificates = makeCertificates()
  })
  afterEach(async () => {
    calls.length = 0
    server?.closeAllConnections()
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
    server = undefined
  })
}

/**
 * A webhook server.
 *
 * @param answers - an answer's `response` without its uid, an HTTP status, or no answer at all
 * @returns its origin, at which `hook` has its webhooks
 */
export async function answering(answers: Answers): Promise<string> {
  const { certificate: cert, key } = certificates.server
  const opened = createServer({ cert, key }, (request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    request.on('end', () => {
      const asked = { path: request.url ?? '', review: JSON.parse(text) }
      calls.push(asked)
      const answer = answers(asked)
      if (answer === undefined) return
      if (typeof answer === 'number') {
        response.writeHead(answer).end()
        return
      }
      const { apiVersion, request: of } = asked.review
      const envelope = { kind: 'AdmissionReview', apiVersion, response: { uid: of.uid, ...answer } }
      response.end(JSON.stringify(envelope))
    })
  })
  server = opened
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve))
  origin = `https://127.0.0.1:${(opened.address() as AddressInfo).port}`
  return origin
}

export const RULE = { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], scope: '*' }

export function hook(name: string, more: Answer = {}): Answer {
  return {
    name,
    admissionReviewVersions: ['v1', 'v1beta1'],
    clientConfig: { url: `${origin}/${name}`, caBundle: Buffer.from(certificates.ca).toString('base64') },
    rules: [RULE],
    sideEffects: 'None',
    failurePolicy: 'Fail',
    // The longest there is: who answers is waited for on a busy machine too.
    timeoutSeconds: 30,
    ...more,
  }
}

export function around(
  kind: 'Mutating' | 'Validating',
  webhooks: readonly Answer[],
  more: Partial<AdmissionSurroundings> = {},
): AdmissionSurroundings {
  const configuration: KubernetesObject = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: 'config' },
    webhooks,
  }
  const others = viewOf([namespaceOf('shop', { team: 'a' })])
  const objects: ObjectView = {
    ...others,
    list: (type, namespace) =>
      type.resource === `${kind.toLowerCase()}webhookconfigurations`
        ? [configuration]
        : others.list(type, namespace),
  }
  return surroundingsOf([], { objects, ...more })
}

export const validating = createAdmissionChain([createValidatingWebhooks(counted)])
export const mutating = createAdmissionChain([createMutatingWebhooks(counted)])
export const patch = (...operations: object[]) => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
})
export const label = (name: string) => ({ op: 'add', path: '/metadata/labels', value: { [name]: 'x' } })
