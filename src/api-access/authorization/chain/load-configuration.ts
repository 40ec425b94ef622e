import { readStrictConfiguration } from '../../../kubernetes/index.ts'
import type { AuthorizationConfiguration } from './configuration.ts'
import { decodeConfiguration } from './decode-configuration.ts'
import { AuthorizationSetupError } from './setup-error.ts'
import { type FileProblem, validateConfiguration } from './validate-configuration.ts'

/**
 * Reads the text of a file of `--authorization-config` (YAML or JSON), strictly: what the API server would not start
 * with is refused, in its words and with the line.
 *
 * @throws AuthorizationSetupError ERR_AUTHORIZATION_CONFIGURATION
 */
export function loadAuthorizationConfiguration(
  text: string,
  path: string,
  fileProblem: FileProblem,
): AuthorizationConfiguration {
  const read = readStrictConfiguration(text, path, {
    kind: 'AuthorizationConfiguration',
    decode: decodeConfiguration,
    validate: (configuration) => validateConfiguration(configuration, fileProblem),
  })
  if ('refusal' in read) throw new AuthorizationSetupError('ERR_AUTHORIZATION_CONFIGURATION', read.refusal)
  return read.configuration
}
