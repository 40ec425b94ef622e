import { loadKubeconfig } from '../../kubernetes/index.ts'
import type { Language } from '../../messages/index.ts'
import { asUsageError } from '../authentication/setup-error.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { stopOnSignals } from '../signals.ts'
import { gatewayMessages } from './messages.ts'
import { openGateway } from './open-gateway.ts'
import { countOf, type GatewayOptions } from './options.ts'
import { gatewayTeller } from './teller.ts'

const { make } = gatewayMessages

/**
 * `haetae gateway`: stands before a cluster until it is told to stop; then it lets what is under way come to its end.
 *
 * @throws UsageError, also where the cluster's kubeconfig cannot be used
 */
export async function gateway(options: GatewayOptions, language: Language): Promise<ExitStatus> {
  const teller = gatewayTeller(language, options.quiet === true)
  try {
    const config = await loadKubeconfig({
      environment: process.env,
      option: '--upstream',
      ...(options.upstream !== undefined && { kubeconfig: options.upstream }),
      ...(options.context !== undefined && { context: options.context }),
    })
    const opened = await openGateway(options, config, language, teller)
    teller.note(make.ready({ address: opened.address, server: opened.server }))
    teller.note(make.authority({ file: opened.authorityFile }))
    await new Promise<void>((stop) => {
      stopOnSignals({ stop, reload: () => {} })
    })
    const seconds = countOf('--shutdown-timeout', options.shutdownTimeout)
    const delay = countOf('--shutdown-delay', options.shutdownDelay)
    teller.note(delay > 0 ? make.delaying({ delay, seconds }) : make.draining({ seconds }))
    await opened.close()
    teller.note(make.closed({}))
    return EXIT.done
  } catch (error) {
    throw asUsageError(error)
  }
}
