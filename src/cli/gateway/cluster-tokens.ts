import type { KubeConfig } from '@kubernetes/client-node'
import {
  type Authenticator,
  bearerAuthenticator,
  bootstrapTokenAuthenticator,
  clusterKeysVerifier,
  fileKeysVerifier,
  reloadedPublicKeys,
  serviceAccountAuthenticator,
  TOKEN_TYPES,
} from '../../api-access/authentication/index.ts'
import { type ClusterClient, watchedObjects } from '../../kubernetes/index.ts'
import { type GatewayOptions, needs } from './options.ts'
import type { Teller } from './teller.ts'

/** Tokens that the gate judges by what it sees of the cluster, without asking it. */
export interface ClusterTokens {
  readonly authenticators: readonly Authenticator[]
  close(): Promise<void>
}

/** @throws UsageError, AuthenticationSetupError */
export function openClusterTokens(
  options: GatewayOptions,
  client: ClusterClient,
  config: KubeConfig,
  teller: Teller,
): ClusterTokens {
  const { serviceAccountIssuer: issuers, serviceAccountKeyFile: files, enableBootstrapTokenAuth } = options
  if (files !== undefined && issuers === undefined)
    throw needs('--service-account-key-file', '--service-account-issuer')
  if (issuers === undefined && enableBootstrapTokenAuth !== true)
    return { authenticators: [], close: async () => undefined }

  const types =
    issuers === undefined ? TOKEN_TYPES.filter(({ resource }) => resource === 'secrets') : TOKEN_TYPES
  const view = watchedObjects(config, types, { onProblem: (_, problem) => teller.problem(problem) })
  const authenticators: Authenticator[] = []
  if (issuers !== undefined) {
    const signatures =
      files === undefined
        ? clusterKeysVerifier(client)
        : fileKeysVerifier(reloadedPublicKeys(files, { onProblem: teller.problem }))
    const { apiAudiences: audiences = issuers } = options
    authenticators.push(
      bearerAuthenticator(serviceAccountAuthenticator({ issuers, audiences, signatures, view })),
    )
  }
  if (enableBootstrapTokenAuth === true)
    authenticators.push(bearerAuthenticator(bootstrapTokenAuthenticator(view)))
  return { authenticators, close: () => view.stop() }
}
