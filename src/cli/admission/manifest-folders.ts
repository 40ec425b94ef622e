import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import {
  checkManifests,
  type ManifestPlugin,
  manifestMessages,
  type PluginName,
} from '../../api-access/admission/index.ts'
import {
  type KubernetesObject,
  readingMessages,
  readPaths,
  type SourceDocument,
} from '../../kubernetes/index.ts'
import type { Message } from '../../messages/index.ts'
import { createRenderer, type Language, reasonOf } from '../../messages/index.ts'
import { UsageError } from '../exit.ts'
import { admissionMessages } from './messages.ts'

const { make } = admissionMessages

/** The objects of folders with manifests, as they were when they could last be used. */
export interface ManifestFolders {
  current(): readonly KubernetesObject[]
  close(): void
}

export interface ManifestFoldersOptions {
  readonly language: Language
  /** Told of a change that cannot be used: what stood there before still counts. */
  readonly onProblem: (problem: Message) => void
  /** Told of a change that is used now. */
  readonly onChange: (folder: string, count: number) => void
  /** Between two looks at the folders, in milliseconds; 2,000. */
  readonly pause?: number
}

const EXTENSIONS = new Set(['.yaml', '.yml', '.json'])
const PAUSE_MILLISECONDS = 2000
/** Of one folder, in bytes. */
const MOST_BYTES = 16 * 1024 * 1024

/**
 * Reads the folders of `staticManifestsDir` and again whenever a file in one of them has changed: "New configurations are
 * validated before being applied", "the previous valid configuration is retained".
 *
 * @param folders - by plugin
 * @throws UsageError ERR_ADMISSION_MANIFESTS where one cannot be used at the start
 */
export async function openManifestFolders(
  folders: ReadonlyMap<ManifestPlugin, string>,
  { language, onProblem, onChange, pause = PAUSE_MILLISECONDS }: ManifestFoldersOptions,
): Promise<ManifestFolders> {
  const opened: Folder[] = []
  for (const [plugin, path] of folders) {
    const folder = new Folder(plugin, path, language)
    const problem = await folder.read()
    if (problem !== undefined) throw new UsageError('ERR_ADMISSION_MANIFESTS', problem, admissionMessages)
    opened.push(folder)
  }
  let all = opened.flatMap(({ objects }) => objects)
  let isLooking = false
  const look = async () => {
    if (isLooking) return
    isLooking = true
    for (const folder of opened.filter((each) => each.hasChanged())) {
      const problem = await folder.read()
      if (problem !== undefined) onProblem(problem)
      else onChange(folder.path, folder.objects.length)
    }
    all = opened.flatMap(({ objects }) => objects)
    isLooking = false
  }
  const timer = opened.length === 0 ? undefined : setInterval(() => void look(), pause).unref()
  return { current: () => all, close: () => clearInterval(timer) }
}

/** The folders of the stages that run: as in an API server, what a plugin that is off is configured with counts for nothing. */
export function foldersOf(
  { manifestFolders }: { readonly manifestFolders: ReadonlyMap<ManifestPlugin, string> },
  names: readonly PluginName[],
): ReadonlyMap<ManifestPlugin, string> {
  return new Map([...manifestFolders].filter(([name]) => names.includes(name)))
}

class Folder {
  objects: readonly KubernetesObject[] = []
  readonly path: string
  readonly #plugin: ManifestPlugin
  readonly #language: Language
  #state: string | undefined

  constructor(plugin: ManifestPlugin, path: string, language: Language) {
    this.#plugin = plugin
    this.path = path
    this.#language = language
  }

  hasChanged(): boolean {
    return this.#stateNow() !== this.#state
  }

  /** @returns why what stands there now cannot be used */
  async read(): Promise<Message | undefined> {
    const render = createRenderer([readingMessages, manifestMessages], this.#language)
    this.#state = this.#stateNow()
    let files: readonly string[]
    try {
      files = filesOf(this.path)
    } catch (error) {
      return make['config-file']({ file: this.path, problem: reasonOf(error) })
    }
    const documents: SourceDocument[] = []
    const problems: string[] = []
    for await (const parsed of readPaths(files, { stdin: nothing() })) {
      documents.push(...parsed.documents)
      for (const { file, line = 1, message } of parsed.problems)
        problems.push(`${file}:${line}: ${render(message)}`)
    }
    for (const { file, line, message } of checkManifests(this.#plugin, documents))
      problems.push(`${file}:${line}: ${render(message)}`)
    if (problems.length > 0) return make.manifests({ plugin: this.#plugin, problems })
    this.objects = documents.map(({ object }) => object)
    return undefined
  }

  /** Tells one content of the folder from another; `undefined` where it cannot be read. */
  #stateNow(): string | undefined {
    try {
      const hash = createHash('sha256')
      for (const file of filesOf(this.path)) hash.update(`${file}\0`).update(readFileSync(file)).update('\0')
      return hash.digest('hex')
    } catch {
      return undefined
    }
  }
}

/** "All direct-children files with .yaml, .yml, or .json extensions in the directory are loaded." */
function filesOf(folder: string): readonly string[] {
  const files = readdirSync(folder)
    .filter((name) => EXTENSIONS.has(extname(name)) && !name.startsWith('.'))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .toSorted()
  const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0)
  if (bytes > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes`)
  return files
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
