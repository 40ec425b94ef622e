import { goQuote, type InputProblem, isRecord, listOf, parseDocument } from '../../../kubernetes/index.ts'
import { defineMessages, type Message } from '../../../messages/index.ts'
import { formatFieldErrors } from '../field-errors.ts'
import { DEFAULT_CONFIGURATION, type PodSecurityConfiguration } from './configuration.ts'
import { decodeConfiguration } from './decode.ts'
import { type PodSecuritySettings, settingsOf } from './settings.ts'

export const configurationMessages = defineMessages('pod-security-configuration', {
  rejected: {
    en: (d: { error: string }) => `Kubernetes rejects this PodSecurityConfiguration: ${d.error}`,
    ko: (d: { error: string }) => `쿠버네티스가 이 PodSecurityConfiguration을 거부합니다: ${d.error}`,
  },
  elsewhere: {
    en: (d: { path: string }) =>
      `the configuration of the PodSecurity plugin stands in another file, ${d.path}; give that one`,
    ko: (d: { path: string }) =>
      `PodSecurity 플러그인의 설정이 다른 파일(${d.path})에 있습니다. 그 파일을 지정하십시오`,
  },
})

/** Why a configuration cannot be used. */
interface ConfigurationProblem {
  readonly message: Message
  /** 1-based, where the text itself cannot be read. */
  readonly line?: number
  readonly column?: number
}

/** A usable configuration, as written and as admission works with it; or what is wrong with it. */
export type LoadedConfiguration =
  | { readonly configuration: PodSecurityConfiguration; readonly settings: PodSecuritySettings }
  | { readonly problem: ConfigurationProblem }

/**
 * Reads the text of a PodSecurityConfiguration file (v1alpha1, v1beta1, v1; YAML or JSON) as the API server does: an
 * empty text is the default configuration, anything unknown in it is an error. The API server's whole
 * AdmissionConfiguration (`--admission-control-config-file`) is understood too: its PodSecurity plugin counts.
 *
 * Source: Kubernetes documentation, "Enforce Pod Security Standards by Configuring the Built-in Admission Controller".
 */
export function loadConfiguration(text: string): LoadedConfiguration {
  if (text === '') return usable(DEFAULT_CONFIGURATION)
  const parsed = parseDocument('', { text, line: 1, oversized: false })
  const duplicate = parsed.problems.find(({ code }) => code === 'ERR_YAML_DUPLICATE_KEY')
  if (duplicate !== undefined) return rejected(`strict decoding error: ${duplicateKey(duplicate, text)}`)
  const [document] = parsed.documents
  if (document !== undefined) return loadConfigurationObject(document.object, text)
  const [problem] = parsed.problems
  if (problem === undefined) return rejected(`Object 'Kind' is missing in '${text}'`)
  const { field } = problem.message.data
  if (typeof field === 'string')
    return rejected(`Object '${field === 'kind' ? 'Kind' : field}' is missing in '${text}'`)
  return { problem: { message: problem.message, line: problem.line ?? 1, column: problem.column ?? 1 } }
}

/**
 * The same for a configuration that has been parsed already.
 *
 * @param text - its text, if there is one, for messages that repeat it
 */
export function loadConfigurationObject(value: unknown, text = JSON.stringify(value)): LoadedConfiguration {
  const plugin = podSecurityPlugin(value)
  if (plugin === 'none') return usable(DEFAULT_CONFIGURATION)
  if (plugin !== undefined && 'path' in plugin) {
    const { path } = plugin
    return { problem: { message: configurationMessages.make.elsewhere({ path }) } }
  }
  const decoded = decodeConfiguration(plugin === undefined ? value : plugin.configuration, text)
  return 'error' in decoded ? rejected(decoded.error) : usable(decoded.configuration)
}

function usable(configuration: PodSecurityConfiguration): LoadedConfiguration {
  const result = settingsOf(configuration)
  return 'errors' in result
    ? rejected(formatFieldErrors(result.errors))
    : { configuration, settings: result.settings }
}

function rejected(error: string): LoadedConfiguration {
  return { problem: { message: configurationMessages.make.rejected({ error }) } }
}

/** Kubernetes words it by the format: its JSON and YAML decoders differ. */
function duplicateKey(problem: InputProblem, text: string): string {
  const key = goQuote(String(problem.message.data['key']))
  return text.trimStart().startsWith('{')
    ? `duplicate field ${key}`
    : `yaml: unmarshal errors:\n  line ${problem.line}: key ${key} already set in map`
}

/** The PodSecurity part of an AdmissionConfiguration; undefined for any other object, `none` where it has no such part. */
function podSecurityPlugin(
  value: unknown,
): { readonly configuration: unknown } | { readonly path: string } | 'none' | undefined {
  if (!isRecord(value)) return undefined
  const { apiVersion, kind, plugins } = value
  if (kind !== 'AdmissionConfiguration' || !/^apiserver(\.config)?\.k8s\.io\//.test(String(apiVersion)))
    return undefined
  const entries = listOf(plugins)
  const plugin = entries.filter(isRecord).find(({ name }) => name === 'PodSecurity')
  if (plugin === undefined) return 'none'
  const { configuration, path } = plugin
  if (configuration !== undefined && configuration !== null) return { configuration }
  return typeof path === 'string' && path !== '' ? { path } : 'none'
}
