import { defineMessages, type Message } from '../../messages/index.ts'
import type { FieldPath } from '../objects/types.ts'
import { parseFirstDocument } from '../reading/first-document.ts'
import { readingText } from '../reading/messages.ts'
import type { FieldError } from '../validation/field-error.ts'
import type { Objection } from './strict-fields.ts'

/** The API group of the files by which the API server's access control is configured, and its versions. */
const GROUP = 'apiserver.config.k8s.io'
const VERSIONS = ['v1', 'v1beta1', 'v1alpha1'] as const

export const strictConfigurationMessages = defineMessages('strict-configuration', {
  unreadable: {
    en: (d: { path: string; line: number; problem: Message }) =>
      `${d.path}:${d.line}: ${readingText.en(d.problem)}`,
    ko: (d: { path: string; line: number; problem: Message }) =>
      `${d.path}:${d.line}: ${readingText.ko(d.problem)}`,
  },
  kind: {
    en: (d: { path: string; kind: string; given: string }) =>
      `${d.path} is no ${d.kind} of ${GROUP} (${VERSIONS.join(', ')}), but ${d.given}`,
    ko: (d: { path: string; kind: string; given: string }) =>
      `${d.path} 파일은 ${GROUP}(${VERSIONS.join(', ')})의 ${d.kind} 오브젝트가 아니라 ${d.given}입니다`,
  },
  invalid: {
    en: (d: { path: string; errors: readonly string[] }) =>
      `the API server would refuse ${d.path}:\n${d.errors.map((error) => `  ${error}`).join('\n')}`,
    ko: (d: { path: string; errors: readonly string[] }) =>
      `API 서버에서 ${d.path} 파일을 거부합니다:\n${d.errors.map((error) => `  ${error}`).join('\n')}`,
  },
})

const { make } = strictConfigurationMessages

/** A kind of configuration file: how a value of it is decoded, and what makes it invalid. */
export interface ConfigurationKind<Configuration> {
  readonly kind: string
  decode(value: unknown): {
    readonly configuration: Configuration
    readonly objections: readonly Objection[]
  }
  validate(configuration: Configuration): readonly FieldError[]
}

/**
 * Reads the text of a configuration file of `apiserver.config.k8s.io` (YAML or JSON), strictly: what the API server would
 * not start with is refused, in its words and with the line.
 *
 * @param path - as it is told
 * @returns the configuration, or why it is refused
 */
export function readStrictConfiguration<Configuration>(
  text: string,
  path: string,
  { kind, decode, validate }: ConfigurationKind<Configuration>,
): { readonly configuration: Configuration } | { readonly refusal: Message } {
  const document = parseFirstDocument(text)
  if ('message' in document)
    return { refusal: make.unreadable({ path, line: document.line, problem: document.message }) }
  const given = (document.value ?? {}) as { apiVersion?: unknown; kind?: unknown }
  const isKnown = VERSIONS.some((version) => given.apiVersion === `${GROUP}/${version}`)
  if (!isKnown || given.kind !== kind)
    return {
      refusal: make.kind({ path, kind, given: `${String(given.kind)} (${String(given.apiVersion)})` }),
    }
  const { configuration, objections } = decode(document.value)
  const at = (field: FieldPath, message: string) => `${document.locate(field).line}: ${message}`
  const errors = [
    ...document.duplicates.map(({ key, line }) => `${line}: key ${JSON.stringify(key)} already set in map`),
    ...objections.map(({ path: field, message }) => at(field, message)),
  ]
  // Of what was not read as it stands nothing more can be said.
  if (errors.length === 0)
    errors.push(...validate(configuration).map(({ path: field, message }) => at(field, message)))
  return errors.length > 0 ? { refusal: make.invalid({ path, errors }) } : { configuration }
}
