import { type AuditReceiver, openReceiver, type ReceiverOptions } from '../../api-access/audit/index.ts'
import { reasonOf } from '../../messages/index.ts'
import { addressIn, EVERY_HOST } from '../address.ts'
import { UsageError } from '../exit.ts'
import { readTextFile } from '../input-file.ts'
import { listenerMessages } from './messages.ts'

const { make } = listenerMessages

/** The options of `addListenerOptions`, as commander gives them. */
export interface ListenerOptions {
  readonly path: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly clientCa?: string
  readonly tokenFile?: string
}

export interface Listener {
  readonly receiver: AuditReceiver
  /** For `server:` in the API server's kubeconfig file. */
  readonly url: string
}

/**
 * Listens for the events that API servers post.
 *
 * @param address - `HOST:PORT`; without a host, on all addresses
 * @param queue - where events wait
 * @throws UsageError for an address, a certificate or a key that cannot be used
 */
export async function listen(
  address: string,
  options: ListenerOptions,
  queue: Pick<ReceiverOptions, 'spill'>,
): Promise<Listener> {
  const given = { ...receiverOptions(address, options), ...queue }
  try {
    const receiver = await openReceiver(given)
    const { host, port } = receiver.address
    const scheme = options.tlsCert === undefined ? 'http' : 'https'
    const url = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${options.path}`
    return { receiver, url }
  } catch (error) {
    const reason = reasonOf(error)
    throw usage('ERR_LISTEN', make['cannot-listen']({ address, reason }))
  }
}

function receiverOptions(address: string, options: ListenerOptions): ReceiverOptions {
  const { path, tlsCert, tlsKey, clientCa, tokenFile } = options
  const given = addressIn(address)
  if (given === undefined) throw usage('ERR_ADDRESS', make['bad-address']({ address }))
  if ((tlsCert === undefined) !== (tlsKey === undefined) || (clientCa !== undefined && tlsCert === undefined))
    throw usage('ERR_TLS', make['certificate-and-key']({}))
  return {
    host: given.host || EVERY_HOST,
    port: given.port,
    path,
    ...(tlsCert !== undefined &&
      tlsKey !== undefined && {
        tls: {
          certificate: readTextFile(tlsCert),
          key: readTextFile(tlsKey),
          ...(clientCa !== undefined && { clientCa: readTextFile(clientCa) }),
        },
      }),
    ...(tokenFile !== undefined && { token: readTextFile(tokenFile).trim() }),
  }
}

function usage(code: string, message: UsageError['detail']): UsageError {
  return new UsageError(code, message, listenerMessages)
}
