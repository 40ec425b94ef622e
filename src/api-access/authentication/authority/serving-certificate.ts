import { createPrivateKey, X509Certificate } from 'node:crypto'
import { errorText } from '../../../messages/index.ts'
import { type ReloadOptions, reloadedFile } from '../files/reloaded-file.ts'
import type { Authority, IssuedKeyPair } from './authority.ts'
import { badKey } from './keys.ts'
import { authorityMessages } from './messages.ts'

/** What a TLS server shows, in PEM form. */
export interface ServingPair {
  /** Its own certificate first, then those between it and the root. */
  readonly cert: string
  readonly key: string
}

/** The certificate of a server that is renewed while the server runs. */
export interface ServingCertificate {
  /** The one of now. */
  current(): ServingPair
  /** Tells of each new one, to be given to `tls.Server.setSecureContext`. @returns ends it */
  subscribe(listener: (pair: ServingPair) => void): () => void
  close(): void
}

const DAY_SECONDS = 24 * 3600

/** How long an own one lasts, and when it is renewed: at two thirds of its life, as the kubelet does its own. */
const LIFE_SECONDS = 30 * DAY_SECONDS
const RENEWAL_MILLISECONDS = (LIFE_SECONDS * 1000) / 3

const LOOK_MILLISECONDS = 60_000

export interface RotationOptions extends ReloadOptions {
  /** Runs a function again and again; for tests. */
  readonly every?: (milliseconds: number, run: () => Promise<void>) => () => void
  /** Milliseconds since 1970. */
  readonly clock?: () => number
}

/** A certificate of Haetae's own authority, renewed long before it ends. */
export async function issuedServingCertificate(
  authority: Authority,
  names: readonly string[],
  { onProblem, every = everyOnTimer, clock = Date.now }: RotationOptions,
): Promise<ServingCertificate> {
  const listeners = new Set<(pair: ServingPair) => void>()
  let issued = await authority.issueServer(names, LIFE_SECONDS)
  const stop = every(LOOK_MILLISECONDS, async () => {
    if (issued.notAfter.getTime() - clock() > RENEWAL_MILLISECONDS) return
    try {
      issued = await authority.issueServer(names, LIFE_SECONDS)
    } catch (error) {
      // Tried again at the next look; there are ten days for it.
      onProblem(authorityMessages.make.renewal({ reason: errorText(error) }))
      return
    }
    for (const listener of listeners) listener(pairOf(issued))
  })
  return {
    current: () => pairOf(issued),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: stop,
  }
}

/**
 * A certificate and its key in files, read again when they change: both, and together. While they do not fit, as
 * between the writing of one and the other, the former pair counts.
 *
 * @throws AuthenticationSetupError ERR_AUTHENTICATION_FILE
 */
export function fileServingCertificate(
  certificateFile: string,
  keyFile: string,
  { onProblem, now, every = everyOnTimer }: RotationOptions,
): ServingCertificate {
  const listeners = new Set<(pair: ServingPair) => void>()
  const reload: ReloadOptions = { onProblem, ...(now !== undefined && { now }) }
  const cert = reloadedFile(certificateFile, (text) => text, reload)
  const key = reloadedFile(keyFile, (text) => text, reload)
  let pair: ServingPair = { cert: cert.value(), key: key.value() }
  if (!isPair(pair)) throw badKey(keyFile)

  let refused = ''
  const stop = every(LOOK_MILLISECONDS, async () => {
    const next = { cert: cert.value(), key: key.value() }
    if (next.cert === pair.cert && next.key === pair.key) return
    if (isPair(next)) {
      pair = next
      for (const listener of listeners) listener(pair)
    } else if (refused !== next.cert + next.key) {
      refused = next.cert + next.key
      onProblem(badKey(keyFile).detail)
    }
  })
  return {
    current: () => pair,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: stop,
  }
}

function pairOf({ certificate, key }: IssuedKeyPair): ServingPair {
  return { cert: certificate, key }
}

function isPair({ cert, key }: ServingPair): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}

function everyOnTimer(milliseconds: number, run: () => Promise<void>): () => void {
  const timer = setInterval(() => void run(), milliseconds)
  timer.unref()
  return () => clearInterval(timer)
}
