import type { ClusterClient, ObjectView } from '../../../kubernetes/index.ts'
import { createAbacAuthorizer, loadAbacPolicies } from '../abac/index.ts'
import type { Authorizer } from '../authorizer.ts'
import { createNodeAuthorizer } from '../node/index.ts'
import { createRbacAuthorizer, type RbacIndex } from '../rbac/index.ts'
import { createWebhookAuthorizer, type WebhookObserver } from '../webhook/index.ts'
import { alwaysAllow, alwaysDeny } from './always.ts'
import { createAuthorizerChain } from './chain.ts'
import { compileConditions } from './conditions.ts'
import type {
  AuthorizationConfiguration,
  AuthorizerConfiguration,
  WebhookConfiguration,
} from './configuration.ts'
import { parseGoDuration } from './duration.ts'
import { AuthorizationSetupError } from './setup-error.ts'

/** What authorizers need of the world. */
export interface AuthorizationSources {
  /** For `RBAC` and `Node`. */
  readonly objects: ObjectView
  /** The text of the file of `--authorization-policy-file`, for `ABAC`. */
  readonly abacPolicies?: string
  /** Feature gates of `Node` that are off. */
  readonly nodeFeatures?: Readonly<Record<string, boolean>>
  /** Told what becomes of questions to webhooks. */
  readonly webhookObserver?: WebhookObserver
  /** A connection to a webhook, by its kubeconfig. */
  readonly clientOf: (
    connection: WebhookConfiguration['connectionInfo'],
  ) => Promise<Pick<ClusterClient, 'request'>>
}

/** Authorizers as one, and what they stand on. */
export interface ConfiguredChain {
  readonly authorizer: Authorizer
  /** What `RBAC` goes by; undefined where it is not among them. */
  readonly roles: RbacIndex | undefined
  close(): void
}

/**
 * The chain of a valid configuration.
 *
 * @returns also what ends following the cluster's objects
 * @throws AuthorizationSetupError ERR_ABAC_POLICY
 */
export async function configuredChain(
  { authorizers }: AuthorizationConfiguration,
  sources: AuthorizationSources,
): Promise<ConfiguredChain> {
  const built: (Authorizer & { close?(): void })[] = []
  let roles: RbacIndex | undefined
  for (const configuration of authorizers) {
    if (configuration.type === 'RBAC') {
      const rbac = createRbacAuthorizer(sources.objects)
      roles = rbac.index
      built.push(rbac)
    } else built.push(await authorizerOf(configuration, sources))
  }
  return {
    authorizer: createAuthorizerChain(built),
    roles,
    close() {
      for (const each of built) each.close?.()
    },
  }
}

async function authorizerOf(
  { type, name, webhook }: AuthorizerConfiguration,
  { objects, abacPolicies = '', nodeFeatures = {}, clientOf, webhookObserver }: AuthorizationSources,
): Promise<Authorizer & { close?(): void }> {
  switch (type) {
    case 'Node':
      return createNodeAuthorizer(objects, nodeFeatures)
    case 'ABAC': {
      const loaded = loadAbacPolicies(abacPolicies)
      if ('error' in loaded) throw new AuthorizationSetupError('ERR_ABAC_POLICY', loaded.error.message)
      return createAbacAuthorizer(loaded.policies)
    }
    case 'AlwaysAllow':
      return alwaysAllow
    case 'Webhook':
      return webhookOf(name, webhook, clientOf, webhookObserver)
    default:
      return alwaysDeny
  }
}

async function webhookOf(
  name: string,
  webhook: WebhookConfiguration | undefined,
  clientOf: AuthorizationSources['clientOf'],
  observer: WebhookObserver | undefined,
): Promise<Authorizer> {
  if (webhook === undefined) throw new Error(`the webhook ${name} has no configuration`)
  const { conditions } = compileConditions(webhook.matchConditions, [])
  return createWebhookAuthorizer({
    name,
    client: await clientOf(webhook.connectionInfo),
    version: webhook.subjectAccessReviewVersion === 'v1beta1' ? 'v1beta1' : 'v1',
    authorizedSeconds: parseGoDuration(webhook.authorizedTTL || '5m') ?? 0,
    unauthorizedSeconds: parseGoDuration(webhook.unauthorizedTTL || '30s') ?? 0,
    timeoutSeconds: parseGoDuration(webhook.timeout) ?? 30,
    failurePolicy: webhook.failurePolicy === 'NoOpinion' ? 'NoOpinion' : 'Deny',
    ...(conditions !== undefined && { matchConditions: conditions }),
    ...(observer !== undefined && { observer }),
  })
}
