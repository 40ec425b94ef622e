import { closeSync, openSync, readSync } from 'node:fs'
import { lstat, readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { TextStream } from './decode-text.ts'
import { type Origin, type ParsedText, parseDocument } from './document.ts'
import { readingMessages } from './messages.ts'
import type { InputProblem } from './problem.ts'
import { DocumentSplitter } from './split.ts'

const { make } = readingMessages

const CHUNK_BYTES = 1024 * 1024
const MANIFEST_EXTENSIONS = new Set(['.yaml', '.yml', '.json'])

export const STDIN_NAME = '<stdin>'

/**
 * A folder that is not read file by file but rendered first: a Helm chart, a kustomization.
 *
 * @returns undefined for an ordinary folder
 */
export type FolderRenderer = (
  folder: string,
  entries: readonly string[],
) => Promise<AsyncIterable<ParsedText> | undefined>

export interface ReadOptions {
  /** The bytes of standard input, read where a path is `-`. */
  readonly stdin: AsyncIterable<Uint8Array>
  readonly renderFolder?: FolderRenderer
  /** Told of each file before it is read, for progress. */
  readonly onFile?: (file: string) => void
}

/**
 * Reads manifests: files, folders (recursively: .yaml, .yml, .json; in the order of their names; entries whose
 * name begins with a dot are left out; linked folders are not followed, as kubectl does), `-` for standard input.
 *
 * @returns the objects and problems as they are met, never more than one chunk's documents in memory
 */
export async function* readPaths(paths: readonly string[], options: ReadOptions): AsyncGenerator<ParsedText> {
  for (const path of paths) {
    if (path === '-') yield* readStdin(options)
    else yield* readPath(path, options)
  }
}

async function* readStdin(options: ReadOptions): AsyncGenerator<ParsedText> {
  options.onFile?.(STDIN_NAME)
  const reader = new ManifestReader(STDIN_NAME)
  for await (const bytes of options.stdin) yield* reader.push(bytes)
  yield* reader.end()
}

async function* readPath(path: string, options: ReadOptions): AsyncGenerator<ParsedText> {
  let isFolder: boolean
  try {
    isFolder = (await stat(path)).isDirectory()
  } catch (error) {
    yield failure(path, error)
    return
  }
  if (!isFolder) {
    yield* readFile(path, 'named', options)
    return
  }
  let met = false
  for await (const parsed of readFolder(path, options)) {
    met = true
    yield parsed
  }
  if (!met)
    yield {
      documents: [],
      others: 0,
      problems: [{ code: 'ERR_NO_MANIFESTS', file: path, message: make['no-manifests']({ path }) }],
    }
}

async function* readFolder(folder: string, options: ReadOptions): AsyncGenerator<ParsedText> {
  let entries: string[]
  try {
    entries = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort()
  } catch (error) {
    yield failure(folder, error)
    return
  }
  const rendered = await options.renderFolder?.(folder, entries)
  if (rendered !== undefined) {
    yield* rendered
    return
  }
  for (const name of entries) {
    const path = join(folder, name)
    const entry = await lstat(path).catch(() => undefined)
    if (entry?.isDirectory()) yield* readFolder(path, options)
    else if (MANIFEST_EXTENSIONS.has(extname(name).toLowerCase())) yield* readFile(path, 'met', options)
  }
}

async function* readFile(path: string, origin: Origin, options: ReadOptions): AsyncGenerator<ParsedText> {
  options.onFile?.(path)
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch (error) {
    yield failure(path, error)
    return
  }
  try {
    const reader = new ManifestReader(path, origin)
    // Read synchronously: manifests are many small files, and a turn of the event loop costs more than the read.
    for (;;) {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
      const length = readSync(descriptor, buffer, 0, CHUNK_BYTES, null)
      if (length === 0) break
      yield* reader.push(buffer.subarray(0, length))
    }
    yield* reader.end()
  } catch (error) {
    yield failure(path, error)
  } finally {
    closeSync(descriptor)
  }
}

/** Reads one stream of manifests: bytes in, objects out. */
export class ManifestReader {
  readonly #file: string
  readonly #origin: Origin
  readonly #text = new TextStream()
  readonly #splitter = new DocumentSplitter()

  constructor(file: string, origin: Origin = 'named') {
    this.#file = file
    this.#origin = origin
  }

  *push(bytes: Uint8Array): Generator<ParsedText> {
    for (const document of this.#splitter.push(this.#text.push(bytes)))
      yield parseDocument(this.#file, document, this.#origin)
  }

  *end(): Generator<ParsedText> {
    const tail = this.#text.end()
    if (tail !== '')
      for (const document of this.#splitter.push(tail))
        yield parseDocument(this.#file, document, this.#origin)
    for (const document of this.#splitter.end()) yield parseDocument(this.#file, document, this.#origin)
  }
}

function failure(path: string, error: unknown): ParsedText {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  const problem: InputProblem =
    reason === 'ENOENT'
      ? { code: 'ERR_INPUT_NOT_FOUND', file: path, message: make['not-found']({ path }) }
      : { code: 'ERR_INPUT_UNREADABLE', file: path, message: make.unreadable({ path, reason }) }
  return { documents: [], problems: [problem], others: 0 }
}
