import { readFileSync } from 'node:fs'
import { findMentions, readingMessages } from '../../kubernetes/index.ts'
import { createRenderer, type Language, reasonOf } from '../../messages/index.ts'
import {
  addNamespace,
  configurationMessages,
  DEFAULT_SETTINGS,
  type Labels,
  loadConfiguration,
  type ManifestCluster,
  type PodSecuritySettings,
} from '../../pod-security/index.ts'
import { UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'

/** A cluster whose namespaces become known while the scan goes on. */
export type GrowingCluster = ManifestCluster & { readonly namespaces: Map<string, Labels> }

/**
 * What the manifests say of the cluster they are for: its namespaces, wherever among the files they stand, and the
 * Pod Security Admission that `--admission-config` describes.
 *
 * @throws UsageError for a configuration that Kubernetes would not start with
 */
export function describeCluster(
  paths: readonly string[],
  configurationFile: string | undefined,
  language: Language,
): GrowingCluster {
  const namespaces = new Map<string, Labels>()
  const settings =
    configurationFile === undefined ? DEFAULT_SETTINGS : loadSettings(configurationFile, language)
  for (const { object } of findMentions(paths, 'Namespace')) addNamespace(namespaces, object)
  return { namespaces, settings }
}

function loadSettings(file: string, language: Language): PodSecuritySettings {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const reason = reasonOf(error)
    throw new UsageError(
      'ERR_ADMISSION_CONFIG',
      cliMessages.make['cannot-read']({ path: file, reason }),
      cliMessages,
    )
  }
  const loaded = loadConfiguration(text)
  if (!('problem' in loaded)) return loaded.settings
  const { message, line, column } = loaded.problem
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`
  const reason = createRenderer([configurationMessages, readingMessages], language)(message)
  throw new UsageError('ERR_ADMISSION_CONFIG', cliMessages.make['bad-file']({ place, reason }), cliMessages)
}
