import {
  bootstrapTokenAuthenticator,
  clusterKeysVerifier,
  fileKeysVerifier,
  reloadedPublicKeys,
  serviceAccountAuthenticator,
  TOKEN_TYPES,
  type TokenAuthenticator,
} from '../../api-access/authentication/index.ts'
import { watchedObjects } from '../../kubernetes/index.ts'
import type { Message } from '../../messages/index.ts'
import { needs } from '../options.ts'
import type { TokenSurroundings } from './token-authenticators.ts'
import type { TokenOptions } from './token-options.ts'

/** Tokens that are judged by what is seen of the cluster, without asking it. */
export interface ClusterTokens {
  readonly authenticators: readonly TokenAuthenticator[]
  close(): Promise<void>
}

/** @throws UsageError, AuthenticationSetupError */
export async function openClusterTokens(
  options: TokenOptions,
  cluster: TokenSurroundings['cluster'],
  onProblem: (problem: Message) => void,
): Promise<ClusterTokens> {
  const { serviceAccountIssuer: issuers, serviceAccountKeyFile: files, enableBootstrapTokenAuth } = options
  if (files !== undefined && issuers === undefined)
    throw needs('--service-account-key-file', '--service-account-issuer')
  if (issuers === undefined && enableBootstrapTokenAuth !== true)
    return { authenticators: [], close: async () => undefined }

  const { client, config } = await cluster()
  const types =
    issuers === undefined ? TOKEN_TYPES.filter(({ resource }) => resource === 'secrets') : TOKEN_TYPES
  const view = watchedObjects(config, types, { onProblem: (_, problem) => onProblem(problem) })
  const authenticators: TokenAuthenticator[] = []
  if (issuers !== undefined) {
    const signatures =
      files === undefined
        ? clusterKeysVerifier(client)
        : fileKeysVerifier(reloadedPublicKeys(files, { onProblem }))
    const { apiAudiences: audiences = issuers } = options
    authenticators.push(serviceAccountAuthenticator({ issuers, audiences, signatures, view }))
  }
  if (enableBootstrapTokenAuth === true) authenticators.push(bootstrapTokenAuthenticator(view))
  return { authenticators, close: () => view.stop() }
}
