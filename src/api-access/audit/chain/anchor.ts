import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  hash,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import type { Link } from './link.ts'

/**
 * A statement that the chain had come to this link at this time. Kept beside the log, or better elsewhere: whoever can
 * write the log can make a new chain over what they changed, but not an anchor that was carried away, and no signature.
 */
export interface Anchor extends Link {
  /** RFC 3339, by the clock of the one who wrote the log. */
  readonly time: string
  readonly algorithm?: 'HMAC-SHA256' | 'Ed25519'
  /** Tells keys apart; says nothing about them. */
  readonly keyId?: string
  /** In base64. */
  readonly signature?: string
}

/** Signs anchors, checks them, or both. */
export interface AnchorKey {
  readonly algorithm: 'HMAC-SHA256' | 'Ed25519'
  readonly keyId: string
  /** Absent where only the public key is known. */
  readonly sign?: (text: string) => string
  verify(text: string, signature: string): boolean
}

/** RFC 2104, 3: "less than L bytes is strongly discouraged"; half of SHA-256's is the least that is taken. */
const SHORTEST_KEY_BYTES = 16

/**
 * Reads a key file: Ed25519 as PEM (RFC 8410; private: signs and checks, public: checks), anything else is the secret
 * of an HMAC, without the white space around it.
 *
 * @returns undefined for a PEM of another kind, and for a secret shorter than 16 bytes
 */
export function readAnchorKey(content: Buffer): AnchorKey | undefined {
  const text = content.toString('latin1').trim()
  if (text.includes('-----BEGIN ')) return pemKey(text)
  const secret = Buffer.from(text, 'latin1')
  if (secret.length < SHORTEST_KEY_BYTES) return undefined
  const mac = (signed: string) => createHmac('sha256', secret).update(signed).digest()
  return {
    algorithm: 'HMAC-SHA256',
    keyId: createHmac('sha256', secret).update('haetae audit key id').digest('hex').slice(0, 16),
    sign: (signed) => mac(signed).toString('base64'),
    verify(signed, signature) {
      const given = Buffer.from(signature, 'base64')
      return given.length === 32 && timingSafeEqual(given, mac(signed))
    },
  }
}

function pemKey(pem: string): AnchorKey | undefined {
  let privateKey: KeyObject | undefined
  let publicKey: KeyObject
  try {
    privateKey = pem.includes('PRIVATE KEY') ? createPrivateKey(pem) : undefined
    publicKey = createPublicKey(pem)
  } catch {
    return undefined
  }
  if (publicKey.asymmetricKeyType !== 'ed25519') return undefined
  return {
    algorithm: 'Ed25519',
    keyId: hash('sha256', publicKey.export({ type: 'spki', format: 'der' })).slice(0, 16),
    ...(privateKey !== undefined && {
      sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
    }),
    verify: (text, signature) => verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64')),
  }
}

/** @param key - signs the anchor where it can */
export function makeAnchor({ sequence, hash }: Link, time: string, key?: AnchorKey): Anchor {
  const anchor = { sequence, hash, time }
  if (key?.sign === undefined) return anchor
  return { ...anchor, algorithm: key.algorithm, keyId: key.keyId, signature: key.sign(signedText(anchor)) }
}

/** @returns whether the anchor bears the key's signature */
export function isSignedBy(anchor: Anchor, key: AnchorKey): boolean {
  return (
    anchor.algorithm === key.algorithm &&
    anchor.signature !== undefined &&
    key.verify(signedText(anchor), anchor.signature)
  )
}

/** @returns undefined for what is no anchor */
export function readAnchor(text: string): Anchor | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { sequence, hash, time, algorithm, keyId, signature } = value as Record<string, unknown>
  if (!Number.isSafeInteger(sequence) || typeof hash !== 'string' || typeof time !== 'string')
    return undefined
  if (![keyId, signature].every((field) => field === undefined || typeof field === 'string')) return undefined
  if (algorithm !== undefined && algorithm !== 'HMAC-SHA256' && algorithm !== 'Ed25519') return undefined
  return value as Anchor
}

function signedText({ sequence, hash, time }: Pick<Anchor, 'sequence' | 'hash' | 'time'>): string {
  return `haetae audit anchor 1\n${sequence}\n${hash}\n${time}`
}
