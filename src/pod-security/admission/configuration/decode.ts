import { type Fields, goQuote, isRecord } from '../../../kubernetes/index.ts'
import {
  CONFIGURATION_GROUP,
  CONFIGURATION_KIND,
  CONFIGURATION_VERSIONS,
  DEFAULT_CONFIGURATION,
  type PodSecurityConfiguration,
} from './configuration.ts'

/** Names in Kubernetes' own source, which its messages show. */
const SCHEME = 'k8s.io/pod-security-admission/admission/api/scheme/scheme.go:31'
const DEFAULTS_TYPE = 'PodSecurityDefaults'
const EXEMPTIONS_TYPE = 'PodSecurityExemptions'

/**
 * Decodes a PodSecurityConfiguration strictly: unknown fields and values of the wrong type are refused, what is
 * missing, null or empty gets its default.
 *
 * @param value - the parsed document
 * @param text - the document's text, which Kubernetes repeats when it cannot tell what it is
 * @returns the configuration, or Kubernetes' own words for what is wrong
 */
export function decodeConfiguration(
  value: unknown,
  text: string,
): { readonly configuration: PodSecurityConfiguration } | { readonly error: string } {
  if (!isRecord(value))
    return { error: `json: cannot unmarshal ${typeName(value)} into Go value of type v1.TypeMeta` }
  const { kind, apiVersion } = value
  if (typeof kind !== 'string' || kind === '') return { error: `Object 'Kind' is missing in '${text}'` }
  if (typeof apiVersion !== 'string' || apiVersion === '')
    return { error: `Object 'apiVersion' is missing in '${text}'` }
  const version = CONFIGURATION_VERSIONS.find((known) => apiVersion === `${CONFIGURATION_GROUP}/${known}`)
  if (version === undefined || kind !== CONFIGURATION_KIND)
    return {
      error: `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme ${goQuote(SCHEME)}`,
    }
  return decodeFields(value, version)
}

function decodeFields(
  document: Fields,
  version: string,
): { readonly configuration: PodSecurityConfiguration } | { readonly error: string } {
  const mistyped: string[] = []
  const unknown = unknownFields(document, ['apiVersion', 'kind', 'defaults', 'exemptions'], '')

  const section = (name: 'defaults' | 'exemptions', type: string): Fields => {
    const given = document[name] ?? {}
    const known = Object.keys(DEFAULT_CONFIGURATION[name])
    if (isRecord(given)) {
      unknown.push(...unknownFields(given, known, `${name}.`))
      return given
    }
    mistyped.push(mismatch(given, `${CONFIGURATION_KIND}.${name}`, `${version}.${type}`))
    return {}
  }
  const defaults = section('defaults', DEFAULTS_TYPE)
  const exemptions = section('exemptions', EXEMPTIONS_TYPE)

  const text = (name: keyof PodSecurityConfiguration['defaults']): string => {
    const given = defaults[name] ?? ''
    if (typeof given !== 'string')
      mistyped.push(mismatch(given, `${DEFAULTS_TYPE}.defaults.${name}`, 'string'))
    return typeof given === 'string' && given !== '' ? given : DEFAULT_CONFIGURATION.defaults[name]
  }
  const list = (name: keyof PodSecurityConfiguration['exemptions']): readonly string[] => {
    const given = exemptions[name] ?? []
    const path = `${EXEMPTIONS_TYPE}.exemptions.${name}`
    if (!Array.isArray(given)) {
      mistyped.push(mismatch(given, path, '[]string'))
      return []
    }
    return given.map((item: unknown) => {
      if (typeof item === 'string') return item
      if (item !== null) mistyped.push(mismatch(item, path, 'string'))
      return ''
    })
  }

  const configuration: PodSecurityConfiguration = {
    defaults: {
      enforce: text('enforce'),
      'enforce-version': text('enforce-version'),
      audit: text('audit'),
      'audit-version': text('audit-version'),
      warn: text('warn'),
      'warn-version': text('warn-version'),
    },
    exemptions: {
      usernames: list('usernames'),
      namespaces: list('namespaces'),
      runtimeClasses: list('runtimeClasses'),
    },
  }
  // A value of the wrong type ends the decoding; unknown fields are only collected on the way.
  const [first] = mistyped
  if (first !== undefined) return { error: first }
  if (unknown.length > 0) return { error: `strict decoding error: ${unknown.join(', ')}` }
  return { configuration }
}

function unknownFields(fields: Fields, known: readonly string[], prefix: string): string[] {
  return Object.keys(fields)
    .filter((name) => !known.includes(name))
    .map((name) => `unknown field ${goQuote(prefix + name)}`)
}

function mismatch(value: unknown, field: string, type: string): string {
  return `json: cannot unmarshal ${typeName(value)} into Go struct field ${field} of type ${type}`
}

/** As Go's JSON decoder calls it. */
function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return value === null ? 'null' : typeof value
}
