import type { PodSecurityPolicy } from '../../src/pod-security/index.ts'
import { type ApiServer, remove, succeed } from '../setup/api-server.ts'
import { PERMISSIVE, permissiveSpec } from '../setup/base-policies.ts'
import { until } from '../setup/work.ts'

const POLICIES = '/apis/policy/v1beta1/podsecuritypolicies'
const RBAC = '/apis/rbac.authorization.k8s.io/v1'
/** Name of the role and of the group whose members may do everything with pods. */
const PODS = 'haetae-e2e-pods'

/** A policy that the server would not take. */
export interface RefusedPolicy {
  readonly policy: PodSecurityPolicy
  readonly message: string
}

/**
 * Puts policies into force, each with a group of the same name that may use it.
 *
 * @returns those that the server takes, and what it says of the others
 */
export async function putInForce(
  server: ApiServer,
  policies: readonly PodSecurityPolicy[],
): Promise<{ taken: PodSecurityPolicy[]; refused: RefusedPolicy[] }> {
  const taken: PodSecurityPolicy[] = []
  const refused: RefusedPolicy[] = []
  await bind(server, PODS, { apiGroups: [''], resources: ['pods'], verbs: ['*'] })
  for (const policy of policies) {
    const { status, body } = await server.send({ method: 'POST', path: POLICIES, body: policy })
    if (status !== 201) {
      refused.push({ policy, message: body.message ?? '' })
      continue
    }
    taken.push(policy)
    await bind(server, policy.metadata?.name ?? '', useOf(policy))
  }
  await seen(server)
  return { taken, refused }
}

/** Deletes the policies with what allows their use. */
export async function putOutOfForce(
  server: ApiServer,
  policies: readonly PodSecurityPolicy[],
): Promise<void> {
  const names = [...policies.map(({ metadata }) => metadata?.name ?? ''), LAST]
  for (const name of names) await remove(server, `${POLICIES}/${name}`)
  for (const name of [...names, PODS])
    for (const kind of ['clusterrolebindings', 'clusterroles'])
      await remove(server, `${RBAC}/${kind}/${name}`)
}

/** Who may make pods and use exactly these policies. */
export function userOf(policies: readonly string[]): { user: string; groups: readonly string[] } {
  return { user: 'haetae-e2e', groups: [PODS, ...policies] }
}

/** Who may make any pod; no policy changes it. */
export const permissiveUser = userOf([PERMISSIVE])

const LAST = 'haetae-e2e-last'

/**
 * Waits until the server's admission and authorization see what was made so far: they follow changes in order, so that
 * who sees the last policy and its binding sees all.
 */
async function seen(server: ApiServer): Promise<void> {
  const last = { metadata: { name: LAST }, spec: permissiveSpec }
  await succeed(server, { method: 'POST', path: POLICIES, body: last })
  await bind(server, LAST, useOf(last))
  let refusal: unknown
  await until(
    async () => {
      const { status, body } = await server.send({
        method: 'POST',
        path: '/api/v1/namespaces/default/pods?dryRun=All',
        body: { metadata: { name: 'probe' }, spec: { containers: [{ name: 'c', image: 'i' }] } },
        as: userOf([LAST]),
      })
      refusal = body.message
      return status === 201 || undefined
    },
    () => `the policies to be in force: ${refusal}`,
  )
}

function useOf({ metadata }: PodSecurityPolicy): object {
  return {
    apiGroups: ['policy'],
    resources: ['podsecuritypolicies'],
    resourceNames: [metadata?.name ?? ''],
    verbs: ['use'],
  }
}

/** A ClusterRole of one rule, bound to the group of the same name. */
async function bind(server: ApiServer, name: string, rule: object): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io'
  await succeed(server, {
    method: 'POST',
    path: `${RBAC}/clusterroles`,
    body: { metadata: { name }, rules: [rule] },
  })
  await succeed(server, {
    method: 'POST',
    path: `${RBAC}/clusterrolebindings`,
    body: {
      metadata: { name },
      roleRef: { apiGroup, kind: 'ClusterRole', name },
      subjects: [{ apiGroup, kind: 'Group', name }],
    },
  })
}
