import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import type { Authority } from '../../src/api-access/authentication/index.ts'

/** An identity provider that issues tokens to whom a test wants. */
export interface IdentityProvider {
  readonly url: string
  token(claims: JWTPayload): Promise<string>
  close(): void
}

/** @param authority - of its certificate */
export async function openIdentityProvider(authority: Authority): Promise<IdentityProvider> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const { certificate, key } = await authority.issueServer(['127.0.0.1'], 3600)
  const documents = new Map<string, object>()
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const document = documents.get(request.url ?? '')
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(document ?? {}))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const header = { alg: 'ES256', kid: 'first' }
  documents.set('/.well-known/openid-configuration', { issuer: url, jwks_uri: `${url}/keys` })
  documents.set('/keys', { keys: [{ ...(await exportJWK(publicKey)), ...header, use: 'sig' }] })
  return {
    url,
    token: (claims) =>
      new SignJWT({ iss: url, ...claims })
        .setProtectedHeader(header)
        .setExpirationTime('10m')
        .sign(privateKey),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
