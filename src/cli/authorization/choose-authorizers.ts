import { readFileSync, statSync } from 'node:fs'
import {
  type AuthorizationConfiguration,
  AuthorizationSetupError,
  type Authorizer,
  abacMessages,
  authorizationFlagMessages,
  configurationOfFlags,
  configuredChain,
  GRAPH_TYPES,
  loadAuthorizationConfiguration,
  RBAC_TYPES,
  type RbacIndex,
  type WebhookConfiguration,
  type WebhookObserver,
} from '../../api-access/authorization/index.ts'
import {
  clusterClient,
  loadKubeconfig,
  type ObjectView,
  strictConfigurationMessages,
  type WatchedType,
} from '../../kubernetes/index.ts'
import { defineMessages, type MessageSet, reasonOf, systemErrorText } from '../../messages/index.ts'
import { UsageError } from '../exit.ts'
import { readTextFile } from '../input-file.ts'

/** The options of `addAuthorizationOptions`, as commander gives them. */
export interface AuthorizationOptions {
  readonly authorizationMode?: readonly string[]
  readonly authorizationConfig?: string
  readonly authorizationPolicyFile?: string
  readonly authorizationWebhookConfigFile?: string
}

/** Authorizers that were chosen, before they are open. */
export interface ChosenAuthorizers {
  /** What they must see of the cluster. */
  readonly types: readonly WatchedType[]
  /** @returns also what lets go of the cluster's objects and of webhooks */
  open(objects: ObjectView, observer?: WebhookObserver): Promise<OpenAuthorizers>
}

export interface OpenAuthorizers {
  readonly authorizer: Authorizer
  /** What `RBAC` goes by; undefined where it is not among them. */
  readonly roles: RbacIndex | undefined
  close(): void
}

const chooseMessages = defineMessages('choose-authorizers', {
  both: {
    en: (_: object) => '--authorization-config and --authorization-mode cannot be given together',
    ko: (_: object) => '--authorization-config와 --authorization-mode는 함께 쓸 수 없습니다',
  },
})

/**
 * The authorizers that the options name, by flags or by a configuration file.
 *
 * @returns undefined where none is named
 * @throws UsageError
 */
export function chooseAuthorizers(options: AuthorizationOptions): ChosenAuthorizers | undefined {
  const { authorizationPolicyFile: policyFile } = options
  const configuration = usable(() => configurationOf(options))
  if (configuration === undefined) return undefined
  const modes = configuration.authorizers.map(({ type }) => type)
  const abacPolicies = policyFile === undefined ? undefined : readTextFile(policyFile)
  return {
    types: [
      ...(modes.includes('RBAC') ? RBAC_TYPES : []),
      ...(modes.includes('Node') ? Object.values(GRAPH_TYPES) : []),
    ],
    async open(objects, observer) {
      const clients: { close(): void }[] = []
      const clientOf = async (connection: WebhookConfiguration['connectionInfo']) => {
        const client = clusterClient(await kubeconfigOf(connection))
        clients.push(client)
        return client
      }
      const sources = {
        objects,
        clientOf,
        ...(abacPolicies !== undefined && { abacPolicies }),
        ...(observer !== undefined && { webhookObserver: observer }),
      }
      const chain = await usableLater(configuredChain(configuration, sources))
      return {
        authorizer: chain.authorizer,
        roles: chain.roles,
        close() {
          chain.close()
          for (const client of clients) client.close()
        },
      }
    },
  }
}

function configurationOf(options: AuthorizationOptions): AuthorizationConfiguration | undefined {
  const { authorizationMode: mode, authorizationConfig: path } = options
  const { authorizationPolicyFile: policyFile, authorizationWebhookConfigFile: webhookConfigFile } = options
  if (path !== undefined) {
    if (mode !== undefined)
      throw new UsageError('ERR_AUTHORIZATION_FLAGS', chooseMessages.make.both({}), chooseMessages)
    return loadAuthorizationConfiguration(readTextFile(path), path, fileProblem)
  }
  if (mode === undefined && policyFile === undefined && webhookConfigFile === undefined) return undefined
  return configurationOfFlags({
    mode: mode ?? [],
    ...(policyFile !== undefined && { policyFile }),
    ...(webhookConfigFile !== undefined && { webhookConfigFile }),
  })
}

function kubeconfigOf({ type, kubeConfigFile }: WebhookConfiguration['connectionInfo']) {
  const isFile = type === 'KubeConfigFile' && kubeConfigFile !== undefined
  return loadKubeconfig({ environment: process.env, ...(isFile && { kubeconfig: kubeConfigFile }) })
}

function fileProblem(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return 'must be a regular file'
    readFileSync(path)
    return undefined
  } catch (error) {
    return `error loading file: ${systemErrorText(reasonOf(error), 'en')}`
  }
}

const SETUP_MESSAGES: readonly MessageSet[] = [
  strictConfigurationMessages,
  authorizationFlagMessages,
  abacMessages,
]

function usable<Value>(make: () => Value): Value {
  try {
    return make()
  } catch (error) {
    throw asUsage(error)
  }
}

function usableLater<Value>(value: Promise<Value>): Promise<Value> {
  return value.catch((error: unknown) => {
    throw asUsage(error)
  })
}

function asUsage(error: unknown): unknown {
  if (!(error instanceof AuthorizationSetupError)) return error
  const set = SETUP_MESSAGES.find(({ scope }) => error.detail.id.startsWith(`${scope}.`))
  return set === undefined ? error : new UsageError(error.code, error.detail, set)
}
