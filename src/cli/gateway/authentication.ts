import { join } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import {
  type AnonymousAccess,
  type AuthenticationChain,
  type Authenticator,
  type Authority,
  authenticationChain,
  bearerAuthenticator,
  clientCertificateAuthenticator,
  clusterTokenAuthenticator,
  createLogin,
  frontProxyAuthenticator,
  jwtAuthenticator,
  type Login,
  parseCaBundle,
  readUsers,
  reloadedCaBundle,
  reloadedJwtIssuers,
  reloadedStaticTokens,
  staticTokenAuthenticator,
  tokenReviewAuthenticator,
} from '../../api-access/authentication/index.ts'
import { type ClusterClient, clusterClient, loadKubeconfig } from '../../kubernetes/index.ts'
import { openClusterTokens } from './cluster-tokens.ts'
import { type GatewayOptions, needs, stateFolder } from './options.ts'
import type { Teller } from './teller.ts'

/** Who may enter, and whose certificates are asked for in the handshake. */
export interface Entrance {
  readonly chain: AuthenticationChain
  /** Gives local users certificates of Haetae's own authority. */
  readonly login: Login
  /** Of those certificates. */
  readonly loginChain: AuthenticationChain
  /** In PEM. */
  readonly clientCa: () => string
  close(): Promise<void>
}

/**
 * The authenticators that the options ask for, in Kubernetes' order: front proxies, client certificates, tokens.
 *
 * @param client, config - of the cluster behind
 * @throws AuthenticationSetupError; UsageError; ClusterError
 */
export async function openEntrance(
  options: GatewayOptions,
  authority: Authority,
  client: ClusterClient,
  config: KubeConfig,
  teller: Teller,
): Promise<Entrance> {
  const reload = { onProblem: teller.problem }
  const own = parseCaBundle(authority.certificate, 'ca.crt')
  const { requestheaderClientCaFile: proxyCa, clientCaFile, tokenAuthFile, authenticationConfig } = options
  const bundles = [proxyCa, clientCaFile].flatMap((path) =>
    path === undefined ? [] : [reloadedCaBundle(path, reload)],
  )
  const authenticators: Authenticator[] = []
  if (proxyCa !== undefined)
    authenticators.push(
      frontProxyAuthenticator({
        trusted: reloadedCaBundle(proxyCa, reload),
        allowedNames: options.requestheaderAllowedNames ?? [],
      }),
    )
  else if (options.requestheaderAllowedNames !== undefined)
    throw needs('--requestheader-allowed-names', '--requestheader-client-ca-file')
  const ownCertificates = clientCertificateAuthenticator({ value: () => own })
  authenticators.push(ownCertificates)
  if (clientCaFile !== undefined)
    authenticators.push(clientCertificateAuthenticator(reloadedCaBundle(clientCaFile, reload)))
  if (tokenAuthFile !== undefined)
    authenticators.push(
      bearerAuthenticator(staticTokenAuthenticator(reloadedStaticTokens(tokenAuthFile, reload))),
    )
  const clusterTokens = openClusterTokens(options, client, config, teller)
  authenticators.push(...clusterTokens.authenticators)
  const disallowedIssuers = options.serviceAccountIssuer ?? []
  const issuers =
    authenticationConfig === undefined
      ? undefined
      : reloadedJwtIssuers(authenticationConfig, reload, { disallowedIssuers })
  if (issuers !== undefined)
    authenticators.push(bearerAuthenticator(jwtAuthenticator(issuers, options.apiAudiences)))
  const webhook = await webhookClient(options)
  if (webhook !== undefined)
    authenticators.push(
      bearerAuthenticator(tokenReviewAuthenticator({ client: webhook, ...audiences(options) })),
    )
  if (options.clusterTokens) authenticators.push(bearerAuthenticator(clusterTokenAuthenticator({ client })))

  const anonymous = anonymousAccess(options.anonymousAuth, issuers?.value().anonymous)
  const users = options.users ?? join(stateFolder(options), 'users.json')
  readUsers(users)
  return {
    chain: authenticationChain(authenticators, { anonymous }),
    login: createLogin({ authority, users: () => readUsers(users) }),
    loginChain: authenticationChain([ownCertificates]),
    clientCa: () => [own, ...bundles.map((bundle) => bundle.value())].flat().map(String).join('\n'),
    async close() {
      webhook?.close()
      await clusterTokens.close()
    },
  }
}

/** "If anonymous is set in the configuration, --anonymous-auth must not be": here either opens what it says. */
function anonymousAccess(
  flag: boolean | undefined,
  configured: AnonymousAccess | undefined,
): AnonymousAccess {
  if (configured === undefined) return flag === true
  if (flag !== undefined) throw needs('--anonymous-auth', '--authentication-config')
  return configured
}

async function webhookClient({
  authenticationTokenWebhookConfigFile: kubeconfig,
}: GatewayOptions): Promise<ClusterClient | undefined> {
  if (kubeconfig === undefined) return undefined
  return clusterClient(await loadKubeconfig({ kubeconfig, environment: {} }))
}

function audiences({ apiAudiences }: GatewayOptions): { readonly audiences?: readonly string[] } {
  return apiAudiences === undefined ? {} : { audiences: apiAudiences }
}
