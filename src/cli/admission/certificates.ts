import { readFileSync } from 'node:fs'
import {
  fileServingCertificate,
  issuedServingCertificate,
  type ServingCertificate,
} from '../../api-access/authentication/index.ts'
import type { Message } from '../../messages/index.ts'
import type { AuthoritySecret } from './shared-authority.ts'

/** The server's certificate, and by which authorities it is known. */
export interface ReviewCertificates extends ServingCertificate {
  /** In PEM; `''` for those that every API server knows. */
  bundle(): string
}

type OnProblem = (problem: Message) => void

/** A certificate in files, read again when they change. @throws AuthenticationSetupError */
export function certificatesOfFiles(
  files: { readonly cert: string; readonly key: string; readonly ca?: string },
  onProblem: OnProblem,
): ReviewCertificates {
  const serving = fileServingCertificate(files.cert, files.key, { onProblem })
  const { ca } = files
  return { ...serving, bundle: () => (ca === undefined ? '' : readFileSync(ca, 'utf8')) }
}

/** How often a replica looks whether there is a new authority. */
const LOOK_MILLISECONDS = 30_000

/**
 * Certificates of the authority that the replicas share, renewed long before they end, and when the authority is
 * followed by another.
 *
 * @throws Error where the Secret cannot be read
 */
export async function certificatesOfSecret(
  secret: AuthoritySecret,
  names: readonly string[],
  onProblem: OnProblem,
  onTrouble: (error: unknown) => void,
): Promise<ReviewCertificates> {
  const listeners = new Set<Parameters<ServingCertificate['subscribe']>[0]>()
  const issue = () => issuedServingCertificate(shared.authority, names, { onProblem })
  let shared = await secret.read()
  let serving = await issue()
  let unsubscribe = follow()

  function follow() {
    return serving.subscribe((pair) => {
      for (const listener of listeners) listener(pair)
    })
  }
  async function look(): Promise<void> {
    const found = await secret.read()
    if (found === shared) return
    const isNew = found.authority.certificate !== shared.authority.certificate
    shared = found
    if (!isNew) return
    unsubscribe()
    serving.close()
    serving = await issue()
    unsubscribe = follow()
    for (const listener of listeners) listener(serving.current())
  }
  const timer = setInterval(() => void look().catch(onTrouble), LOOK_MILLISECONDS)
  timer.unref()
  return {
    current: () => serving.current(),
    bundle: () => shared.bundle,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      clearInterval(timer)
      unsubscribe()
      serving.close()
    },
  }
}
