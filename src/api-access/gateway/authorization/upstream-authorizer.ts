import { LRUCache } from 'lru-cache'
import type { ClusterClient } from '../../../kubernetes/index.ts'
import { defineMessages, errorText } from '../../../messages/index.ts'
import { accessReviewSpec } from '../../authorization/index.ts'
import type { Decision, RequestAttributes } from '../../request/index.ts'

export const upstreamAuthorizerMessages = defineMessages('gateway-authorization', {
  said: {
    en: ({ said }: { said: string }) => said,
    ko: ({ said }: { said: string }) => said,
  },
  failed: {
    en: ({ reason }: { reason: string }) => `the API server behind the gate could not be asked: ${reason}`,
    ko: ({ reason }: { reason: string }) => `게이트 뒤의 API 서버에 물을 수 없습니다: ${reason}`,
  },
})

const PATH = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
/** A right that is taken away still holds for so long. */
const CACHE_MILLISECONDS = 10_000
const CACHED = 10_000

/**
 * Asks the API server behind the gate what a user may, by SubjectAccessReview. A server that cannot be asked allows
 * nothing.
 */
export function createUpstreamAuthorizer(
  client: Pick<ClusterClient, 'request'>,
): (attributes: RequestAttributes) => Promise<Decision> {
  const cache = new LRUCache<string, Decision>({ max: CACHED, ttl: CACHE_MILLISECONDS })
  return async (attributes) => {
    const spec = accessReviewSpec(attributes, 'v1')
    const key = JSON.stringify(spec)
    const known = cache.get(key)
    if (known !== undefined) return known
    const decision = await ask(client, spec)
    if (decision.reason.id !== FAILED) cache.set(key, decision)
    return decision
  }
}

const FAILED = upstreamAuthorizerMessages.make.failed({ reason: '' }).id

async function ask(
  client: Pick<ClusterClient, 'request'>,
  spec: Readonly<Record<string, unknown>>,
): Promise<Decision> {
  const { make } = upstreamAuthorizerMessages
  try {
    const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec }
    const answer = await client.request({ method: 'POST', path: PATH, body })
    const status = statusOf(answer.body)
    if (status === undefined)
      return { verdict: 'deny', reason: make.failed({ reason: `status ${answer.status}` }) }
    const verdict = status.allowed === true ? 'allow' : status.denied === true ? 'deny' : 'no-opinion'
    return { verdict, reason: make.said({ said: typeof status.reason === 'string' ? status.reason : '' }) }
  } catch (error) {
    const reason = errorText(error)
    return { verdict: 'deny', reason: make.failed({ reason }) }
  }
}

function statusOf(body: unknown): { allowed?: unknown; denied?: unknown; reason?: unknown } | undefined {
  if (typeof body !== 'object' || body === null || !('kind' in body) || body.kind !== 'SubjectAccessReview')
    return undefined
  return 'status' in body && typeof body.status === 'object' && body.status !== null ? body.status : undefined
}
