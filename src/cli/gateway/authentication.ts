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
  type JwtObserver,
  type Login,
  parseCaBundle,
  readUsers,
  reloadedCaBundle,
} from '../../api-access/authentication/index.ts'
import type { ClusterClient } from '../../kubernetes/index.ts'
import { openTokens } from '../authentication/token-authenticators.ts'
import { needs } from '../options.ts'
import type { Teller } from '../teller.ts'
import { type GatewayOptions, stateFolder } from './options.ts'

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
  jwtObserver: JwtObserver,
): Promise<Entrance> {
  const reload = { onProblem: teller.problem }
  const own = ownBundle(authority)
  const { requestheaderClientCaFile: proxyCa, clientCaFile } = options
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
  const ownCertificates = clientCertificateAuthenticator({ value: own })
  authenticators.push(ownCertificates)
  if (clientCaFile !== undefined)
    authenticators.push(clientCertificateAuthenticator(reloadedCaBundle(clientCaFile, reload)))
  const tokens = await openTokens(options, {
    cluster: async () => ({ client, config }),
    onProblem: teller.problem,
    jwtObserver,
  })
  authenticators.push(...tokens.authenticators)
  if (options.clusterTokens) authenticators.push(bearerAuthenticator(clusterTokenAuthenticator({ client })))

  const anonymous = anonymousAccess(options.anonymousAuth, tokens.anonymous)
  const users = options.users ?? join(stateFolder(options), 'users.json')
  readUsers(users)
  return {
    chain: authenticationChain(authenticators, { anonymous }),
    login: createLogin({ authority, users: () => readUsers(users) }),
    loginChain: authenticationChain([ownCertificates]),
    clientCa: () => [own(), ...bundles.map((bundle) => bundle.value())].flat().map(String).join('\n'),
    close: () => tokens.close(),
  }
}

/** Of the authority as it is at the moment: it is followed by another in time. */
function ownBundle(authority: Authority): () => ReturnType<typeof parseCaBundle> {
  let read = authority.certificate
  let bundle = parseCaBundle(read, 'ca-bundle.crt')
  return () => {
    if (authority.certificate === read) return bundle
    read = authority.certificate
    bundle = parseCaBundle(read, 'ca-bundle.crt')
    return bundle
  }
}

/** "If anonymous is set in the configuration, --anonymous-auth must not be": here either opens what it says. */
function anonymousAccess(
  flag: boolean | undefined,
  configured: () => AnonymousAccess | undefined,
): () => AnonymousAccess {
  if (flag === undefined) return () => configured() ?? false
  if (configured() !== undefined) throw needs('--anonymous-auth', '--authentication-config')
  // A file that says something of it later changes nothing of what the flag says.
  return () => flag
}
