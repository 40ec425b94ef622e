import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import {
  eventLimitsOf,
  MANIFEST_KINDS,
  type ManifestPlugin,
  type StageConfiguration,
} from '../../api-access/admission/index.ts'
import { type Fields, fieldsOf, parseFirstDocument, readingMessages } from '../../kubernetes/index.ts'
import { createRenderer, type Language, reasonOf } from '../../messages/index.ts'
import { configurationMessages, loadConfigurationObject } from '../../pod-security/index.ts'
import { UsageError } from '../exit.ts'
import { admissionMessages } from './messages.ts'

/** What a file says of the stages. */
export interface ConfiguredStages extends StageConfiguration {
  /** The folders of `staticManifestsDir`, by plugin. */
  readonly manifestFolders: ReadonlyMap<ManifestPlugin, string>
}

type PluginFiles = ReadonlyMap<string, { readonly value: Fields; readonly file: string }>

/**
 * Reads the stages' configuration from an AdmissionConfiguration (`--admission-control-config-file` of an API server),
 * whose entries may stand in files of their own, or from a PodSecurityConfiguration alone.
 *
 * @throws UsageError ERR_ADMISSION_CONFIG
 */
export function readStageConfiguration(file: string, language: Language): ConfiguredStages {
  const render = createRenderer([readingMessages, configurationMessages], language)
  const root = read(file)
  if (root['kind'] !== 'AdmissionConfiguration')
    return { podSecurity: podSecurityOf(root, file), manifestFolders: new Map() }
  const plugins = new Map<string, { readonly value: Fields; readonly file: string }>()
  for (const entry of Array.isArray(root['plugins']) ? root['plugins'] : []) {
    const { name, path, configuration } = fieldsOf(entry)
    if (typeof name !== 'string') continue
    if (configuration !== undefined && configuration !== null)
      plugins.set(name, { value: fieldsOf(configuration), file })
    else if (typeof path === 'string' && path !== '') {
      const own = resolve(dirname(file), path)
      plugins.set(name, { value: read(own), file: own })
    }
  }
  const podSecurity = plugins.get('PodSecurity')
  const events = plugins.get('EventRateLimit')
  const selectors = plugins.get('PodNodeSelector')?.value['podNodeSelectorPluginConfig']
  const tolerations = plugins.get('PodTolerationRestriction')?.value
  return {
    ...(podSecurity !== undefined && { podSecurity: podSecurityOf(podSecurity.value, podSecurity.file) }),
    ...(events !== undefined && { eventLimits: eventLimits(events.value, events.file) }),
    ...(selectors !== undefined && { podNodeSelector: textsOf(selectors) }),
    ...(tolerations !== undefined && { podTolerationRestriction: tolerations }),
    resourceQuota: plugins.get('ResourceQuota')?.value,
    manifestFolders: manifestFolders(plugins),
  }

  function read(path: string): Fields {
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch (error) {
      throw bad(path, reasonOf(error))
    }
    const document = parseFirstDocument(text)
    if ('message' in document) throw bad(path, render(document.message))
    return fieldsOf(document.value)
  }

  function podSecurityOf(value: Fields, path: string) {
    const loaded = loadConfigurationObject(value)
    if ('problem' in loaded) throw bad(path, render(loaded.problem.message))
    return loaded.settings
  }
}

/** "accepts an absolute path to a directory" */
function manifestFolders(plugins: PluginFiles): ReadonlyMap<ManifestPlugin, string> {
  const folders = new Map<ManifestPlugin, string>()
  for (const plugin of Object.keys(MANIFEST_KINDS) as ManifestPlugin[]) {
    const entry = plugins.get(plugin)
    const given = entry?.value['staticManifestsDir'] ?? ''
    if (entry === undefined || given === '') continue
    if (typeof given !== 'string' || !isAbsolute(given)) {
      const said = admissionMessages.make['manifest-folder']({
        file: entry.file,
        plugin,
        given: String(given),
      })
      throw new UsageError('ERR_ADMISSION_CONFIG', said, admissionMessages)
    }
    folders.set(plugin, given)
  }
  return folders
}

function eventLimits(value: Fields, path: string) {
  const loaded = eventLimitsOf(value)
  if ('errors' in loaded) throw bad(path, loaded.errors.map(({ message }) => message).join(', '))
  return loaded.limits
}

function bad(file: string, problem: string): UsageError {
  const said = admissionMessages.make['config-file']({ file, problem })
  return new UsageError('ERR_ADMISSION_CONFIG', said, admissionMessages)
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  const pairs = Object.entries(fieldsOf(value)).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  )
  return Object.fromEntries(pairs)
}
