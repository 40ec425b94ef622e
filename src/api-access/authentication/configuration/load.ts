import { readStrictConfiguration } from '../../../kubernetes/index.ts'
import { AuthenticationSetupError } from '../setup-error.ts'
import { decodeConfiguration } from './decode.ts'
import type { AuthenticationConfiguration } from './types.ts'
import { validateConfiguration } from './validate.ts'

/**
 * Reads the text of a file of `--authentication-config` (YAML or JSON), strictly: what the API server would not start
 * with is refused, in its words and with the line.
 *
 * @param disallowedIssuers - those of service accounts
 * @throws AuthenticationSetupError ERR_AUTHENTICATION_CONFIGURATION
 */
export function loadConfiguration(
  text: string,
  path: string,
  disallowedIssuers: readonly string[],
): AuthenticationConfiguration {
  const read = readStrictConfiguration(text, path, {
    kind: 'AuthenticationConfiguration',
    decode: decodeConfiguration,
    validate: (configuration) => validateConfiguration(configuration, disallowedIssuers),
  })
  if ('refusal' in read) throw new AuthenticationSetupError('ERR_AUTHENTICATION_CONFIGURATION', read.refusal)
  return read.configuration
}
