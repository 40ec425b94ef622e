import { closeSync, lstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { TextStream } from './decode-text.ts'
import { type Origin, type ParsedText, parseDocument, type SourceDocument } from './document.ts'
import { readingMessages } from './messages.ts'
import type { InputProblem } from './problem.ts'
import type { TextDocument } from './split.ts'
import { StreamSplitter } from './split-stream.ts'

const { make } = readingMessages

const CHUNK_BYTES = 1024 * 1024
const MANIFEST_EXTENSIONS = new Set(['.yaml', '.yml', '.json'])

const STDIN_NAME = '<stdin>'

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

/** Consecutive documents of one file, still text: what parsing costs can be done elsewhere. */
export interface TextBatch {
  readonly file: string
  readonly origin: Origin
  readonly texts: readonly TextDocument[]
}

/**
 * Reads manifests: files, folders (recursively: .yaml, .yml, .json; in the order of their names; entries whose
 * name begins with a dot are left out; linked folders are not followed, as kubectl does), `-` for standard input.
 *
 * @returns the objects and problems as they are met, never more than one chunk's documents in memory
 */
export async function* readPaths(paths: readonly string[], options: ReadOptions): AsyncGenerator<ParsedText> {
  for await (const piece of readTexts(paths, options)) {
    if ('texts' in piece) yield* parseBatch(piece)
    else yield piece
  }
}

/** Parses the documents of a batch, one after the other. */
export function* parseBatch({ file, origin, texts }: TextBatch): Generator<ParsedText> {
  for (const text of texts) yield parseDocument(file, text, origin)
}

/** As `readPaths`, with the documents of files not parsed yet; what was rendered or went wrong comes as it is. */
export async function* readTexts(
  paths: readonly string[],
  options: ReadOptions,
): AsyncGenerator<TextBatch | ParsedText> {
  for (const path of paths) {
    if (path === '-') yield* readStdin(options)
    else yield* readPath(path, options)
  }
}

/**
 * The objects of those files (not of standard input, charts or kustomizations) whose bytes mention a word, as a
 * first look before the real reading: files and documents without it are passed over quickly, and whatever can't be
 * read is left for the real reading to report.
 *
 * @param word - ASCII, e.g. a kind
 */
export function* findMentions(paths: readonly string[], word: string): Generator<SourceDocument> {
  for (const path of paths) {
    if (path === '-') continue
    try {
      for (const file of filesBelow(path)) yield* findMentionsIn(file, word)
    } catch (error) {
      if (!isSystemError(error)) throw error
    }
  }
}

function* findMentionsIn(file: string, word: string): Generator<SourceDocument> {
  if (!readChunks(file).some((bytes) => bytes.includes(word, 0, 'latin1'))) return
  const reader = new DocumentReader()
  const pieces = function* () {
    for (const bytes of readChunks(file)) yield* reader.push(bytes)
    yield* reader.end()
  }
  for (const text of pieces()) if (text.text.includes(word)) yield* parseDocument(file, text, 'met').documents
}

async function* readStdin(options: ReadOptions): AsyncGenerator<TextBatch> {
  options.onFile?.(STDIN_NAME)
  const reader = new DocumentReader()
  const batch = (texts: readonly TextDocument[]): TextBatch => ({ file: STDIN_NAME, origin: 'named', texts })
  for await (const bytes of options.stdin) yield batch(reader.push(bytes))
  yield batch(reader.end())
}

async function* readPath(path: string, options: ReadOptions): AsyncGenerator<TextBatch | ParsedText> {
  let isFolder: boolean
  try {
    isFolder = statSync(path).isDirectory()
  } catch (error) {
    yield failure(path, error)
    return
  }
  if (!isFolder) {
    yield* readFile(path, 'named', options)
    return
  }
  let met = false
  for await (const piece of readFolder(path, options)) {
    met = true
    yield piece
  }
  if (!met)
    yield {
      documents: [],
      problems: [{ code: 'ERR_NO_MANIFESTS', file: path, message: make['no-manifests']({ path }) }],
    }
}

async function* readFolder(folder: string, options: ReadOptions): AsyncGenerator<TextBatch | ParsedText> {
  let entries: string[]
  try {
    entries = entriesOf(folder)
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
    if (isFolder(path)) yield* readFolder(path, options)
    else if (isManifestName(name)) yield* readEntry(path, options)
  }
}

/** A pipe or device among the files of a folder would be waited for, perhaps for ever. */
function* readEntry(path: string, options: ReadOptions): Generator<TextBatch | ParsedText> {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined || found.isFile()) yield* readFile(path, 'met', options)
  else if (!found.isDirectory())
    yield {
      documents: [],
      problems: [{ code: 'ERR_INPUT_UNREADABLE', file: path, message: make['not-a-file']({ path }) }],
    }
}

function* readFile(path: string, origin: Origin, options: ReadOptions): Generator<TextBatch | ParsedText> {
  options.onFile?.(path)
  const reader = new DocumentReader()
  try {
    for (const bytes of readChunks(path)) yield { file: path, origin, texts: reader.push(bytes) }
    yield { file: path, origin, texts: reader.end() }
  } catch (error) {
    yield failure(path, error)
  }
}

/** The files that `readPaths` would read, charts and kustomizations taken as ordinary folders; nothing on errors. */
function* filesBelow(path: string): Generator<string> {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isFile()) yield path
  if (!found?.isDirectory()) return
  for (const name of entriesOf(path)) {
    const child = join(path, name)
    if (isFolder(child)) yield* filesBelow(child)
    else if (isManifestName(name) && statSync(child, { throwIfNoEntry: false })?.isFile()) yield child
  }
}

function entriesOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort()
}

/** Whether an entry is a folder itself; a link to one is not. */
function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function isManifestName(name: string): boolean {
  return MANIFEST_EXTENSIONS.has(extname(name).toLowerCase())
}

/** Read synchronously: manifests are many small files, and a turn of the event loop costs more than the read. */
function* readChunks(path: string): Generator<Buffer> {
  const descriptor = openSync(path, 'r')
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
      const length = readSync(descriptor, buffer, 0, CHUNK_BYTES, null)
      if (length === 0) return
      yield buffer.subarray(0, length)
    }
  } finally {
    closeSync(descriptor)
  }
}

/** One stream: bytes in, the text of whole documents out. */
class DocumentReader {
  readonly #text = new TextStream()
  readonly #splitter = new StreamSplitter()

  push(bytes: Uint8Array): TextDocument[] {
    return this.#splitter.push(this.#text.push(bytes))
  }

  end(): TextDocument[] {
    return [...this.#splitter.push(this.#text.end()), ...this.#splitter.end()]
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}

function failure(path: string, error: unknown): ParsedText {
  if (!isSystemError(error)) throw error
  const reason = error.code ?? error.message
  const problem: InputProblem =
    reason === 'ENOENT'
      ? { code: 'ERR_INPUT_NOT_FOUND', file: path, message: make['not-found']({ path }) }
      : { code: 'ERR_INPUT_UNREADABLE', file: path, message: make.unreadable({ path, reason }) }
  return { documents: [], problems: [problem] }
}
