import { createRemoteJWKSet, customFetch, type FetchImplementation } from 'jose'
import type { ClusterClient } from '../../../kubernetes/index.ts'
import { keySetVerifier, type SignatureVerifier } from './verify-signature.ts'

/**
 * Verifies with the keys that a cluster signs its service accounts' tokens with: "the JSON Web Key Set (JWKS) at
 * /openid/v1/jwks" (Kubernetes documentation, "Service account issuer discovery"). They are fetched when the first token
 * comes, every ten minutes, and for a key that is not known, but not more than every 30 seconds.
 */
export function clusterKeysVerifier(client: ClusterClient): SignatureVerifier {
  const fetch: FetchImplementation = async (_url, { signal }) => {
    const { status, body } = await client.request({ path: '/openid/v1/jwks', signal })
    return new Response(JSON.stringify(body ?? null), { status })
  }
  return keySetVerifier(
    createRemoteJWKSet(new URL('https://cluster.invalid/openid/v1/jwks'), { [customFetch]: fetch }),
  )
}
