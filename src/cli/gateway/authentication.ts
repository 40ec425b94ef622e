import {
  type AuthenticationChain,
  type Authenticator,
  type Authority,
  authenticationChain,
  bearerAuthenticator,
  clientCertificateAuthenticator,
  clusterTokenAuthenticator,
  frontProxyAuthenticator,
  parseCaBundle,
  reloadedCaBundle,
  reloadedStaticTokens,
  staticTokenAuthenticator,
} from '../../api-access/authentication/index.ts'
import type { ClusterClient } from '../../kubernetes/index.ts'
import { type GatewayOptions, needs } from './options.ts'
import type { Teller } from './teller.ts'

/** Who may enter, and whose certificates are asked for in the handshake. */
export interface Entrance {
  readonly chain: AuthenticationChain
  /** In PEM. */
  readonly clientCa: () => string
}

/**
 * The authenticators that the options ask for, in Kubernetes' order: front proxies, client certificates, tokens.
 *
 * @throws AuthenticationSetupError; UsageError
 */
export function openEntrance(
  options: GatewayOptions,
  authority: Authority,
  client: ClusterClient,
  teller: Teller,
): Entrance {
  const reload = { onProblem: teller.problem }
  const own = parseCaBundle(authority.certificate, 'ca.crt')
  const authenticators: Authenticator[] = []
  const { requestheaderClientCaFile: proxyCa, clientCaFile, tokenAuthFile } = options
  const bundles = [proxyCa, clientCaFile].flatMap((path) =>
    path === undefined ? [] : [reloadedCaBundle(path, reload)],
  )
  if (proxyCa !== undefined)
    authenticators.push(
      frontProxyAuthenticator({
        trusted: reloadedCaBundle(proxyCa, reload),
        allowedNames: options.requestheaderAllowedNames ?? [],
      }),
    )
  else if (options.requestheaderAllowedNames !== undefined)
    throw needs('--requestheader-allowed-names', '--requestheader-client-ca-file')
  authenticators.push(clientCertificateAuthenticator({ value: () => own }))
  if (clientCaFile !== undefined)
    authenticators.push(clientCertificateAuthenticator(reloadedCaBundle(clientCaFile, reload)))
  if (tokenAuthFile !== undefined)
    authenticators.push(
      bearerAuthenticator(staticTokenAuthenticator(reloadedStaticTokens(tokenAuthFile, reload))),
    )
  if (options.clusterTokens) authenticators.push(bearerAuthenticator(clusterTokenAuthenticator({ client })))
  return {
    chain: authenticationChain(authenticators, { anonymous: options.anonymousAuth === true }),
    clientCa: () => [own, ...bundles.map((bundle) => bundle.value())].flat().map(String).join('\n'),
  }
}
