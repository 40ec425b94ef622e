import {
  AuthenticationSetupError,
  authenticationConfigurationMessages,
  authenticationFileMessages,
  localUserMessages,
} from '../../api-access/authentication/index.ts'
import { ClusterError, clusterMessages, loadKubeconfig } from '../../kubernetes/index.ts'
import type { Language, MessageSet } from '../../messages/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { stopOnSignals } from '../signals.ts'
import { gatewayMessages } from './messages.ts'
import { openGateway } from './open-gateway.ts'
import { countOf, type GatewayOptions } from './options.ts'
import { createTeller } from './teller.ts'

const { make } = gatewayMessages

/**
 * `haetae gateway`: stands before a cluster until it is told to stop; then it lets what is under way come to its end.
 *
 * @throws UsageError, also where the cluster's kubeconfig cannot be used
 */
export async function gateway(options: GatewayOptions, language: Language): Promise<ExitStatus> {
  const teller = createTeller(language, options.quiet === true)
  try {
    const config = await loadKubeconfig({
      environment: process.env,
      ...(options.upstream !== undefined && { kubeconfig: options.upstream }),
      ...(options.context !== undefined && { context: options.context }),
    })
    const opened = await openGateway(options, config, language, teller)
    teller.note(make.ready({ address: opened.address, server: opened.server }))
    teller.note(make.authority({ file: opened.authorityFile }))
    await new Promise<void>((stop) => {
      stopOnSignals({ stop, reload: () => {} })
    })
    teller.note(make.draining({ seconds: countOf('--shutdown-timeout', options.shutdownTimeout) }))
    await opened.close()
    teller.note(make.closed({}))
    return EXIT.done
  } catch (error) {
    if (error instanceof ClusterError) throw new UsageError(error.code, error.said, clusterMessages)
    if (error instanceof AuthenticationSetupError)
      throw new UsageError(error.code, error.detail, setupMessagesOf(error))
    throw error
  }
}

function setupMessagesOf({ detail: { id } }: AuthenticationSetupError): MessageSet {
  const sets: readonly MessageSet[] = [authenticationConfigurationMessages, localUserMessages]
  return sets.find(({ scope }) => id.startsWith(`${scope}.`)) ?? authenticationFileMessages
}
