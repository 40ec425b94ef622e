import {
  type Authority,
  fileServingCertificate,
  issuedServingCertificate,
  type ServingCertificate,
} from '../../api-access/authentication/index.ts'
import type { Gate } from '../../api-access/gateway/index.ts'
import { needs } from '../options.ts'
import type { Teller } from '../teller.ts'
import type { GatewayOptions } from './options.ts'

/** Names under which clients on this machine reach the gate. */
const OWN_NAMES = ['localhost', '127.0.0.1', '::1']

/** The certificate that the gate shows: that of the files, else one of Haetae's own authority. */
export async function openServingCertificate(
  { tlsCertFile, tlsPrivateKeyFile, tlsSan = [] }: GatewayOptions,
  host: string,
  authority: Authority,
  teller: Teller,
): Promise<ServingCertificate> {
  const onProblem = teller.problem
  if (tlsCertFile !== undefined && tlsPrivateKeyFile !== undefined)
    return fileServingCertificate(tlsCertFile, tlsPrivateKeyFile, { onProblem })
  if (tlsCertFile !== undefined) throw needs('--tls-cert-file', '--tls-private-key-file')
  if (tlsPrivateKeyFile !== undefined) throw needs('--tls-private-key-file', '--tls-cert-file')
  const bound = host === '0.0.0.0' || host === '::' ? [] : [host]
  return issuedServingCertificate(authority, [...new Set([...OWN_NAMES, ...bound, ...tlsSan])], { onProblem })
}

/** Between two looks at the files of authorities. */
const BUNDLE_MILLISECONDS = 2000

/**
 * Has the gate show the certificate of now, and name the authorities of now in the handshake, by which clients choose theirs:
 * both may change while it runs.
 *
 * @param clientCa - the authorities' certificates in PEM
 * @returns ends the looks at the authorities
 */
export function keepCertificates(
  gate: Pick<Gate, 'renewCertificate'>,
  serving: ServingCertificate,
  clientCa: () => string,
): () => void {
  let pair = serving.current()
  let offered = clientCa()
  const renew = () => {
    offered = clientCa()
    gate.renewCertificate({ certificate: pair.cert, key: pair.key, clientCa: offered })
  }
  serving.subscribe((next) => {
    pair = next
    renew()
  })
  const following = setInterval(() => {
    if (clientCa() !== offered) renew()
  }, BUNDLE_MILLISECONDS).unref()
  return () => clearInterval(following)
}
