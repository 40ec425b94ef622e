import type { KubeConfig } from '@kubernetes/client-node'
import {
  type AnonymousAccess,
  type Authenticator,
  bearerAuthenticator,
  type JwtObserver,
  jwtAuthenticator,
  reloadedJwtIssuers,
  reloadedStaticTokens,
  staticTokenAuthenticator,
  type TokenAuthenticator,
  tokenReviewAuthenticator,
} from '../../api-access/authentication/index.ts'
import { type ClusterClient, clusterClient, loadKubeconfig } from '../../kubernetes/index.ts'
import type { Message } from '../../messages/index.ts'
import { openClusterTokens } from './cluster-tokens.ts'
import type { TokenOptions } from './token-options.ts'

/** Who is known by a bearer token. */
export interface OpenTokens {
  /** In Kubernetes' order; none where no option asks for any. */
  readonly authenticators: readonly Authenticator[]
  /** What the AuthenticationConfiguration says of requests without credentials. */
  readonly anonymous: () => AnonymousAccess | undefined
  close(): Promise<void>
}

/** Where a token is judged. */
export interface TokenSurroundings {
  /** The cluster whose service accounts and bootstrap tokens are meant; asked only where an option needs it. */
  readonly cluster: () => Promise<{ readonly client: ClusterClient; readonly config: KubeConfig }>
  readonly onProblem: (problem: Message) => void
  /**
   * Whether tokens that say nothing of it are good for whom the review asks: so it is where the one who asks is the
   * server itself.
   */
  readonly areForWhoAsks?: boolean
  readonly jwtObserver?: JwtObserver
}

/**
 * The authenticators of bearer tokens that the options ask for: static tokens, service accounts, bootstrap tokens,
 * identity providers, a webhook.
 *
 * @throws AuthenticationSetupError; UsageError; ClusterError
 */
export async function openTokens(
  options: TokenOptions,
  { cluster, onProblem, areForWhoAsks = false, jwtObserver: observer }: TokenSurroundings,
): Promise<OpenTokens> {
  const reload = { onProblem }
  const { tokenAuthFile, authenticationConfig, apiAudiences } = options
  const tokens: TokenAuthenticator[] = []
  if (tokenAuthFile !== undefined)
    tokens.push(staticTokenAuthenticator(reloadedStaticTokens(tokenAuthFile, reload)))
  const clusterTokens = await openClusterTokens(options, cluster, onProblem)
  tokens.push(...clusterTokens.authenticators)
  const disallowedIssuers = options.serviceAccountIssuer ?? []
  const issuers =
    authenticationConfig === undefined
      ? undefined
      : reloadedJwtIssuers(authenticationConfig, reload, {
          disallowedIssuers,
          ...(observer !== undefined && { observer }),
        })
  if (issuers !== undefined)
    tokens.push({
      name: 'jwt',
      authenticateToken: (token, wanted) =>
        jwtAuthenticator(issuers, apiAudiences ?? (areForWhoAsks ? wanted : undefined)).authenticateToken(
          token,
          wanted,
        ),
    })
  const webhook = await webhookClient(options)
  if (webhook !== undefined)
    tokens.push(
      tokenReviewAuthenticator({
        client: webhook,
        ...(apiAudiences !== undefined && { audiences: apiAudiences }),
      }),
    )
  return {
    authenticators: tokens.map(bearerAuthenticator),
    anonymous: () => issuers?.value().anonymous,
    async close() {
      webhook?.close()
      await clusterTokens.close()
    },
  }
}

async function webhookClient({
  authenticationTokenWebhookConfigFile: kubeconfig,
}: TokenOptions): Promise<ClusterClient | undefined> {
  if (kubeconfig === undefined) return undefined
  return clusterClient(await loadKubeconfig({ kubeconfig, environment: {} }))
}
