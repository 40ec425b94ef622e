import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import type { Message } from '../../messages/index.ts'
import { formatFieldPath } from '../objects/field-path.ts'
import { isRecord } from '../objects/json.ts'
import type { FieldPath } from '../objects/types.ts'
import { parseFirstDocument } from '../reading/first-document.ts'
import { readingMessages } from '../reading/messages.ts'
import { ClusterError } from './cluster-error.ts'
import { clusterMessages } from './messages.ts'

const { make } = clusterMessages

/** What an entry of each list must say, as a string (kubeconfig v1 reference: NamedCluster, NamedAuthInfo, NamedContext). */
const NEEDED: Readonly<Record<string, readonly FieldPath[]>> = {
  clusters: [['name'], ['cluster', 'server']],
  users: [['name']],
  contexts: [['name'], ['context', 'cluster']],
}

/**
 * Reads one kubeconfig file into the client's configuration.
 *
 * The file holds credentials. So the client is given the value, not the text, and what is said about a fault is where
 * it is and which kind, never a word of the file: a parser's own message quotes the lines around it.
 *
 * @throws ClusterError ERR_KUBECONFIG
 */
export function loadKubeconfigFile(config: KubeConfig, file: string): void {
  const { value, locate } = parseKubeconfig(file)
  if (!isRecord(value)) throw faulty(make['not-a-kubeconfig']({}), { file, line: 1, column: 1 })
  for (const [list, needed] of Object.entries(NEEDED)) {
    const entries = value[list] ?? []
    if (!Array.isArray(entries)) throw missing([list], 'list')
    for (const [index, entry] of entries.entries())
      for (const path of needed)
        if (!isGiven(valueAt(entry, path))) throw missing([list, index, ...path], 'string')
  }
  try {
    config.loadFromString(JSON.stringify(value))
  } catch (error) {
    // What is left to fail is a `tokenFile` that cannot be read.
    throw faulty(unreadable(error, file), { file })
  }
  config.makePathsAbsolute(dirname(file))

  function missing(path: FieldPath, kind: 'list' | 'string'): ClusterError {
    const field = formatFieldPath(path)
    return faulty(make['kubeconfig-field']({ field, kind }), { file, ...locate(path) })
  }
}

function parseKubeconfig(file: string) {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw faulty(unreadable(error, file), { file })
  }
  const document = parseFirstDocument(text)
  if ('message' in document) {
    const { message, line, column } = document
    // A message's data are words of the text: a password that begins with `*` is an alias to YAML.
    const said = Object.keys(message.data).length === 0 ? message : readingMessages.make.syntax({})
    throw faulty(said, { file, line, column })
  }
  const { locate } = document
  // kubectl takes an empty file for a configuration without entries.
  return { value: document.value ?? {}, locate }
}

/** @param error - of the file system: its code and path say what failed; of anything else nothing is repeated */
function unreadable(error: unknown, file: string): Message {
  if (!(error instanceof Error && 'code' in error)) return make['not-a-kubeconfig']({})
  const path = 'path' in error && typeof error.path === 'string' ? error.path : file
  return readingMessages.make.unreadable({ path, reason: String(error.code) })
}

function faulty(said: Message, place: ClusterError['place']): ClusterError {
  return new ClusterError('ERR_KUBECONFIG', said, true, place)
}

function valueAt(value: unknown, path: FieldPath): unknown {
  let found = value
  for (const part of path) found = isRecord(found) ? found[part] : undefined
  return found
}

function isGiven(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
