import { LRUCache } from 'lru-cache'
import { accessReviewSpec } from '../../api-access/authorization/index.ts'
import type { Decision, RequestAttributes } from '../../api-access/request/index.ts'
import type { ClusterClient, GroupResource, KubernetesObject } from '../../kubernetes/index.ts'

/** What stages ask of the cluster itself, beyond the view that they are handed. */
export interface ClusterQuestions {
  lookUp(type: GroupResource, namespace: string, name: string): Promise<KubernetesObject | undefined>
  authorize(attributes: RequestAttributes): Promise<Decision>
}

/** As long as an API server believes its authorization webhook at least. */
const AUTHORIZED_MILLISECONDS = 5_000
/** Reviews wait for the answer. */
const SECONDS = 3

/** @param client - with the rights to read what is looked up, and to create SubjectAccessReviews */
export function clusterQuestions(client: Pick<ClusterClient, 'request'>): ClusterQuestions {
  const decisions = new LRUCache<string, Decision>({ max: 10_000, ttl: AUTHORIZED_MILLISECONDS })
  return {
    async lookUp({ group, resource }, namespace, name) {
      // An empty name would read a list.
      if (name === '') return undefined
      const root = group === '' ? '/api/v1' : `/apis/${group}/v1`
      const within = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`
      const path = `${root}${within}/${resource}/${encodeURIComponent(name)}`
      const { status, body } = await client.request({ path, timeoutSeconds: SECONDS })
      if (status === 404) return undefined
      if (status !== 200) throw new Error(`GET ${path}: HTTP ${status}`)
      return body as KubernetesObject
    },
    async authorize(attributes) {
      const key = JSON.stringify(attributes)
      const known = decisions.get(key)
      if (known !== undefined) return known
      const decision = await review(client, attributes)
      decisions.set(key, decision)
      return decision
    },
  }
}

async function review(
  client: Pick<ClusterClient, 'request'>,
  attributes: RequestAttributes,
): Promise<Decision> {
  const { status, body } = await client.request({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    timeoutSeconds: SECONDS,
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: accessReviewSpec(attributes, 'v1'),
    },
  })
  const answer =
    status < 300 ? (body as { status?: { allowed?: boolean; denied?: boolean } }).status : undefined
  const reason = { id: 'cluster.subject-access-review', data: {} }
  if (answer?.allowed === true) return { verdict: 'allow', reason }
  return { verdict: answer?.denied === true ? 'deny' : 'no-opinion', reason }
}
