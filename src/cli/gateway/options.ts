import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionLimits } from '../../api-access/gateway/index.ts'
import { addressIn, EVERY_HOST } from '../address.ts'
import type { TokenOptions } from '../authentication/token-options.ts'
import type { AuthorizationOptions } from '../authorization/choose-authorizers.ts'
import { UsageError } from '../exit.ts'
import { gatewayMessages } from './messages.ts'

/** The options of `haetae gateway`, as commander gives them. */
export interface GatewayOptions extends AuthorizationOptions, TokenOptions {
  readonly upstream?: string
  readonly context?: string
  readonly listen: string
  readonly state?: string
  readonly tlsCertFile?: string
  readonly tlsPrivateKeyFile?: string
  readonly tlsSan?: readonly string[]
  readonly clientCaFile?: string
  readonly anonymousAuth?: boolean
  readonly users?: string
  readonly clusterTokens: boolean
  readonly requestheaderClientCaFile?: string
  readonly requestheaderAllowedNames?: readonly string[]
  readonly enableAdmissionPlugins?: readonly string[]
  readonly admissionConfig?: string
  readonly auditPolicyFile?: string
  readonly auditLogPath?: string
  readonly auditLogMaxsize?: string
  readonly auditLogMaxage?: string
  readonly auditLogMaxbackup?: string
  readonly auditLogCompress?: boolean
  readonly auditWebhookConfigFile?: string
  readonly auditStore?: string
  readonly maxRequestsInflight: string
  readonly maxMutatingRequestsInflight: string
  readonly maxLongRunning: string
  readonly maxConnections: string
  readonly maxConnectionsPerAddress?: string
  readonly requestTimeout: string
  readonly shutdownDelay: string
  readonly shutdownTimeout: string
  readonly quiet?: boolean
}

/** @returns e.g. `{host: '127.0.0.1', port: 8443}`. @throws UsageError */
export function addressOf(text: string): { readonly host: string; readonly port: number } {
  const address = addressIn(text)
  if (address === undefined)
    throw new UsageError(
      'ERR_ADDRESS',
      gatewayMessages.make['bad-address']({ address: text }),
      gatewayMessages,
    )
  return { host: address.host || EVERY_HOST, port: address.port }
}

/** @throws UsageError for what is no whole number from `least` on */
export function countOf(option: string, text: string, least = 0): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && count >= least && Number.isSafeInteger(count)) return count
  const message = gatewayMessages.make['bad-number']({ option, value: text, least })
  throw new UsageError('ERR_OPTION_VALUE', message, gatewayMessages)
}

/** Whatever lasts longer, a timer of Node.js takes for a millisecond: 2^31 - 1 ms. */
const MOST_SECONDS = 2_147_483

/** @returns milliseconds. @throws UsageError for what is no whole number of seconds from `least` on that a timer can wait */
export function millisecondsOf(option: string, text: string, least = 0): number {
  const seconds = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN
  if (seconds >= least && seconds <= MOST_SECONDS) return 1000 * seconds
  const message = gatewayMessages.make['bad-seconds']({ option, value: text, least, most: MOST_SECONDS })
  throw new UsageError('ERR_OPTION_VALUE', message, gatewayMessages)
}

/** How many connections there may be. @throws UsageError */
export function connectionLimitsOf({
  maxConnections,
  maxConnectionsPerAddress: perAddress,
}: Pick<GatewayOptions, 'maxConnections' | 'maxConnectionsPerAddress'>): ConnectionLimits {
  return {
    total: countOf('--max-connections', maxConnections, 1),
    ...(perAddress !== undefined && { perAddress: countOf('--max-connections-per-address', perAddress, 1) }),
  }
}

/** The folder with the authority and the journal of a gate, unless another is named. */
export function stateFolder({ state }: Pick<GatewayOptions, 'state'>): string {
  return (
    state ?? join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'haetae', 'gateway')
  )
}
