import { existsSync, readFileSync } from 'node:fs'
import {
  type AuthorizationConfiguration,
  type Authorizer,
  configurationOfFlags,
  configuredChain,
  GRAPH_TYPES,
  loadAuthorizationConfiguration,
} from '../../api-access/authorization/index.ts'
import { clusterClient, loadKubeconfig, type ObjectView, type WatchedType } from '../../kubernetes/index.ts'
import { UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { type GatewayOptions, needs } from './options.ts'

/** Authorizers in front of the cluster's own, before they are open. */
export interface ChosenAuthorizers {
  /** What they must see of the cluster. */
  readonly types: readonly WatchedType[]
  /** @returns undefined where none was chosen: the cluster behind decides alone */
  open(objects: ObjectView): Promise<OpenAuthorizer | undefined>
}

export interface OpenAuthorizer {
  readonly authorizer: Authorizer
  close(): void
}

const RBAC_TYPES = ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'].map((resource) => ({
  group: 'rbac.authorization.k8s.io',
  resource,
}))

/** @throws AuthorizationSetupError, UsageError */
export function chooseAuthorizers(options: GatewayOptions): ChosenAuthorizers {
  const configuration = configurationOf(options)
  if (configuration === undefined) return { types: [], open: async () => undefined }
  const types = configuration.authorizers.map(({ type }) => type)
  const { authorizationPolicyFile: policyFile } = options
  return {
    types: [
      ...(types.includes('RBAC') ? RBAC_TYPES : []),
      ...(types.includes('Node') ? Object.values(GRAPH_TYPES) : []),
    ],
    open: (objects) =>
      configuredChain(configuration, {
        objects,
        ...(policyFile !== undefined && { abacPolicies: read(policyFile) }),
        clientOf: async ({ kubeConfigFile }) =>
          clusterClient(
            await loadKubeconfig({
              environment: process.env,
              ...(kubeConfigFile !== undefined && { kubeconfig: kubeConfigFile }),
            }),
          ),
      }),
  }
}

function configurationOf(options: GatewayOptions): AuthorizationConfiguration | undefined {
  const { authorizationMode: mode, authorizationPolicyFile: policyFile } = options
  const { authorizationWebhookConfigFile: webhookConfigFile, authorizationConfig: file } = options
  if (file !== undefined) {
    if (mode !== undefined) throw needs('--authorization-mode', 'no --authorization-config')
    return loadAuthorizationConfiguration(read(file), file, problemOf)
  }
  if (mode !== undefined)
    return configurationOfFlags({
      mode,
      ...(policyFile !== undefined && { policyFile }),
      ...(webhookConfigFile !== undefined && { webhookConfigFile }),
    })
  if (policyFile !== undefined) throw needs('--authorization-policy-file', '--authorization-mode')
  if (webhookConfigFile !== undefined)
    throw needs('--authorization-webhook-config-file', '--authorization-mode')
  return undefined
}

/** In Go's words, as the API server would say it. */
function problemOf(path: string): string | undefined {
  return existsSync(path) ? undefined : `stat ${path}: no such file or directory`
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new UsageError('ERR_FILE', cliMessages.make['cannot-read']({ path, reason }), cliMessages)
  }
}
