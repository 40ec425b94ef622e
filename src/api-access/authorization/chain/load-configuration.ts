import { parseFirstDocument, readingMessages } from '../../../kubernetes/index.ts'
import { createRenderer, defineMessages } from '../../../messages/index.ts'
import { verbatim } from '../verbatim.ts'
import {
  type AuthorizationConfiguration,
  CONFIGURATION_GROUP,
  CONFIGURATION_KIND,
  CONFIGURATION_VERSIONS,
} from './configuration.ts'
import { decodeConfiguration } from './decode-configuration.ts'
import { AuthorizationSetupError } from './setup-error.ts'
import { type FileProblem, validateConfiguration } from './validate-configuration.ts'

export const authorizationConfigurationMessages = defineMessages('authorization-configuration', {
  unreadable: verbatim(
    (d: { path: string; line: number; reason: string }) => `${d.path}:${d.line}: ${d.reason}`,
  ),
  kind: {
    en: (d: { path: string; given: string }) =>
      `${d.path} is no AuthorizationConfiguration of apiserver.config.k8s.io (v1, v1beta1, v1alpha1), but ${d.given}`,
    ko: (d: { path: string; given: string }) =>
      `${d.path} 파일은 apiserver.config.k8s.io(v1, v1beta1, v1alpha1)의 AuthorizationConfiguration이 아니라 ${d.given}입니다`,
  },
  invalid: {
    en: (d: { path: string; errors: readonly string[] }) =>
      `the API server would refuse ${d.path}:\n${d.errors.map((error) => `  ${error}`).join('\n')}`,
    ko: (d: { path: string; errors: readonly string[] }) =>
      `API 서버에서 ${d.path} 파일을 거부합니다:\n${d.errors.map((error) => `  ${error}`).join('\n')}`,
  },
})

const { make } = authorizationConfigurationMessages

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
    for (const { path: field, message } of validateConfiguration(configuration, fileProblem))
      errors.push(`${document.locate(field).line}: ${message}`)
  if (errors.length > 0) throw refused(make.invalid({ path, errors }))
  return configuration
}

function refused(detail: AuthorizationSetupError['detail']): AuthorizationSetupError {
  return new AuthorizationSetupError('ERR_AUTHORIZATION_CONFIGURATION', detail)
}
