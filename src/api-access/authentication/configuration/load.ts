import { parseFirstDocument, readingMessages } from '../../../kubernetes/index.ts'
import { createRenderer } from '../../../messages/index.ts'
import { AuthenticationSetupError } from '../setup-error.ts'
import { decodeConfiguration } from './decode.ts'
import { authenticationConfigurationMessages } from './messages.ts'
import {
  type AuthenticationConfiguration,
  CONFIGURATION_GROUP,
  CONFIGURATION_KIND,
  CONFIGURATION_VERSIONS,
} from './types.ts'
import { validateConfiguration } from './validate.ts'

const { make } = authenticationConfigurationMessages

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
  const document = parseFirstDocument(text)
  if ('message' in document) {
    const reason = createRenderer([readingMessages], 'en')(document.message)
    throw refused(make.unreadable({ path, line: document.line, reason }))
  }
  const { apiVersion, kind } = (document.value ?? {}) as { apiVersion?: unknown; kind?: unknown }
  const isKnown = CONFIGURATION_VERSIONS.some((version) => apiVersion === `${CONFIGURATION_GROUP}/${version}`)
  if (!isKnown || kind !== CONFIGURATION_KIND)
    throw refused(make.kind({ path, given: `${String(kind)} (${String(apiVersion)})` }))
  const { configuration, objections } = decodeConfiguration(document.value)
  const errors = [
    ...document.duplicates.map(({ key, line }) => `${line}: key ${JSON.stringify(key)} already set in map`),
    ...objections.map(({ path: field, message }) => `${document.locate(field).line}: ${message}`),
  ]
  if (errors.length === 0)
    for (const { path: field, message } of validateConfiguration(configuration, disallowedIssuers))
      errors.push(`${document.locate(field).line}: ${message}`)
  if (errors.length > 0) throw refused(make.invalid({ path, errors }))
  return configuration
}

function refused(detail: AuthenticationSetupError['detail']): AuthenticationSetupError {
  return new AuthenticationSetupError('ERR_AUTHENTICATION_CONFIGURATION', detail)
}
