import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenGateway } from '../gateway/open-gateway.ts'
import { writing } from '../writing.ts'

const DAY_SECONDS = 24 * 3600
const LIFE_SECONDS = 90 * DAY_SECONDS
const USER = 'haetae-admin'

/**
 * Sees that there is a kubeconfig for the gate whose user may do everything, and that it lasts for a while yet.
 *
 * @returns its path
 */
export async function adminKubeconfig(folder: string, gate: OpenGateway): Promise<string> {
  const path = join(folder, 'admin.kubeconfig')
  if (isGood(path, gate)) return path
  const { certificate, key } = await gate.authority.issueClient(
    { name: USER, groups: ['system:masters'] },
    LIFE_SECONDS,
  )
  const cluster = { server: gate.address, 'certificate-authority-data': base64(gate.authority.certificate) }
  const user = { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'haetae',
    clusters: [{ name: 'haetae', cluster }],
    users: [{ name: USER, user }],
    contexts: [{ name: 'haetae', context: { cluster: 'haetae', user: USER } }],
  }
  // JSON is YAML.
  writing(path, () => writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 }))
  return path
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Whether the file is of this gate and knows all its authorities, and its certificate not past two thirds of its life. */
function isGood(path: string, { address, authority }: OpenGateway): boolean {
  try {
    const { clusters, users } = JSON.parse(readFileSync(path, 'utf8'))
    const pem = Buffer.from(users[0].user['client-certificate-data'], 'base64')
    const certificate = new X509Certificate(pem)
    const left = new Date(certificate.validTo).getTime() - Date.now()
    const { server, 'certificate-authority-data': trusted } = clusters[0].cluster
    const isOfGate = server === address && trusted === base64(authority.certificate)
    return isOfGate && authority.hasSigned(certificate) && left > (LIFE_SECONDS * 1000) / 3
  } catch {
    // There is none, or somebody has changed it: a new one is made.
    return false
  }
}
