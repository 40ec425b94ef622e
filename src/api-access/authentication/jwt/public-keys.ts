import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { authenticationFileMessages } from '../files/messages.ts'
import { type Reloaded, type ReloadOptions, reloadedFile } from '../files/reloaded-file.ts'
import { AuthenticationSetupError } from '../setup-error.ts'

/** A key, and how tokens name it. */
export interface PublicKey {
  readonly id: string
  readonly key: KeyObject
}

export type PublicKeys = readonly PublicKey[]

const BLOCK = /-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/g
const KINDS = new Set([
  'PUBLIC KEY',
  'RSA PUBLIC KEY',
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'CERTIFICATE',
])

/**
 * The keys of `--service-account-key-file`: "PEM-encoded x509 RSA or ECDSA private or public keys", several in a file, of
 * which only the public part is kept.
 */
export function reloadedPublicKeys(paths: readonly string[], options: ReloadOptions): Reloaded<PublicKeys> {
  const files = paths.map((path) => reloadedFile(path, parsePublicKeys, options))
  let parts: readonly PublicKeys[] = []
  let all: PublicKeys = []
  return {
    value() {
      const current = files.map((file) => file.value())
      // The same object as long as nothing has changed: by it others remember.
      if (current.length !== parts.length || current.some((part, index) => part !== parts[index])) {
        parts = current
        all = current.flat()
      }
      return all
    },
  }
}

/** @throws AuthenticationSetupError ERR_AUTHENTICATION_FILE */
export function parsePublicKeys(text: string, path: string): PublicKeys {
  const keys = [...text.matchAll(BLOCK)].flatMap(([pem, kind = '']) => (KINDS.has(kind) ? keyOf(pem) : []))
  if (keys.length > 0) return keys
  const said = authenticationFileMessages.make['no-keys']({ path })
  throw new AuthenticationSetupError('ERR_AUTHENTICATION_FILE', said)
}

function keyOf(pem: string): PublicKey[] {
  try {
    const key = createPublicKey(pem)
    return key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'ec' ? [{ id: keyId(key), key }] : []
  } catch {
    // Parameters of curves and the like stand between keys.
    return []
  }
}

/** As Kubernetes names the keys that it signs with: the SHA-256 of the key (SubjectPublicKeyInfo in DER), base64url. */
export function keyId(key: KeyObject): string {
  const der = key.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('base64url')
}
