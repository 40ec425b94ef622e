import type { User } from '../../request/index.ts'
import { authenticationFileMessages } from '../files/messages.ts'
import { type Reloaded, type ReloadOptions, reloadedFile } from '../files/reloaded-file.ts'
import { AuthenticationSetupError } from '../setup-error.ts'
import type { TokenAuthenticator } from './bearer-token.ts'
import { CsvError, type CsvRecord, readCsv } from './csv.ts'
import { secretDigest } from './secret-digest.ts'

const { make } = authenticationFileMessages

/** Users by the digest of their token. */
export type StaticTokens = ReadonlyMap<string, User>

/**
 * Tokens of a file (`--token-auth-file`): "a csv file with a minimum of 3 columns: token, user name, user uid, followed by
 * optional group names" (Kubernetes documentation, "Authenticating", "Static token file"). Unlike the API server it
 * reads the file again when it changes: a token that is taken out ends at once.
 */
export function staticTokenAuthenticator(tokens: Reloaded<StaticTokens>): TokenAuthenticator {
  return {
    name: 'static-token',
    async authenticateToken(token) {
      const user = tokens.value().get(secretDigest(token))
      return user === undefined ? undefined : { user, authenticator: 'static-token' }
    },
  }
}

/** @throws AuthenticationSetupError ERR_AUTHENTICATION_FILE */
export function reloadedStaticTokens(path: string, options: ReloadOptions): Reloaded<StaticTokens> {
  return reloadedFile(path, parseStaticTokens, options)
}

/** @throws AuthenticationSetupError ERR_AUTHENTICATION_FILE, with the line */
export function parseStaticTokens(text: string, path: string): StaticTokens {
  const tokens = new Map<string, User>()
  for (const { line, fields } of records(text, path)) {
    const [token = '', name = '', uid = '', groups = ''] = fields
    if (fields.length < 3 || token === '' || name === '')
      throw new AuthenticationSetupError('ERR_AUTHENTICATION_FILE', make['token-line']({ path, line }))
    // Of a token that stands there twice the last line counts.
    tokens.set(secretDigest(token), {
      name,
      ...(uid !== '' && { uid }),
      groups: groups === '' ? [] : groups.split(','),
    })
  }
  return tokens
}

function records(text: string, path: string): CsvRecord[] {
  try {
    return readCsv(text)
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new AuthenticationSetupError(
      'ERR_AUTHENTICATION_FILE',
      make['token-line']({ path, line: error.line }),
    )
  }
}
