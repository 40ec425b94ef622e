import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { exportJWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import { openAuthority } from '../../../src/api-access/authentication/index.ts'

/** An OpenID provider on this machine, with one user. */
export interface Issuer {
  readonly url: string
  /** For `--authentication-config`: its users have the prefix `oidc:`. */
  readonly configurationFile: string
  readonly key: KeyObject
  readonly publicKey: KeyObject
  /** What a good token says. */
  claims(): JWTPayload
  /** A token of jane's, but for what is given. */
  token(claims?: JWTPayload, header?: Partial<JWTHeaderParameters>, key?: KeyObject): Promise<string>
  close(): Promise<void>
}

const AUDIENCE = 'gate'
const KEY_ID = 'first'

/** @param folder - of its own */
export async function openIssuer(folder: string): Promise<Issuer> {
  const authority = await openAuthority({ folder })
  const { certificate, key: serverKey } = await authority.issueServer(['127.0.0.1'], 3600)
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' }
  const server = createServer({ cert: certificate, key: serverKey }, (request, response) => {
    const document = { issuer: url, jwks_uri: `${url}/keys` }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(request.url === '/keys' ? { keys: [jwk] } : document))
  })
  const listening = once(server, 'listening')
  server.listen(0, '127.0.0.1')
  await listening
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const configurationFile = join(folder, 'authentication.json')
  const issuer = { url, audiences: [AUDIENCE], certificateAuthority: authority.certificate }
  const claimMappings = { username: { claim: 'sub', prefix: 'oidc:' } }
  const configuration = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthenticationConfiguration',
    jwt: [{ issuer, claimMappings }],
  }
  writeFileSync(configurationFile, JSON.stringify(configuration))
  const seconds = () => Math.floor(Date.now() / 1000)
  const claims = () => ({ iss: url, aud: AUDIENCE, sub: 'jane', iat: seconds(), exp: seconds() + 600 })
  return {
    url,
    configurationFile,
    key: privateKey,
    publicKey,
    claims,
    token: (others = {}, header = {}, key = privateKey) =>
      new SignJWT({ ...claims(), ...others })
        .setProtectedHeader({ alg: 'RS256', kid: KEY_ID, ...header })
        .sign(key),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
