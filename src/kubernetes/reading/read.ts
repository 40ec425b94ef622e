import {
  closeSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs'
import { extname, join } from 'node:path'
import { type ByteBatch, cutIntoBatches, documentsOf } from './byte-batch.ts'
import { TextStream } from './decode-text.ts'
import { type Origin, type ParsedText, parseDocument, type SourceDocument } from './document.ts'
import { mentioningTexts } from './mentions.ts'
import { readingMessages } from './messages.ts'
import type { InputProblem } from './problem.ts'
import { DocumentSplitter, MAX_DOCUMENT_LENGTH, type TextDocument } from './split.ts'
import { StreamSplitter } from './split-stream.ts'

const { make } = readingMessages

const CHUNK_BYTES = 1024 * 1024
/** What is read at first: memory of this size is used again and again, larger pieces are had from the system each time. */
const SMALL_CHUNK_BYTES = 64 * 1024
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
  /** A file of this size in bytes is cut into batches before it is decoded; without it none is. */
  readonly cutFrom?: number
  /** Files of a folder that are no input, such as the report that is being written there. */
  readonly leavesOut?: (file: string) => boolean
  /** Told of each file before it is read, for progress. */
  readonly onFile?: (file: string) => void
}

/** Consecutive documents of one file, not parsed yet: what that costs can be done elsewhere. */
export interface DocumentBatch {
  readonly file: string
  readonly origin: Origin
  /** The documents one by one, or (of a large file) undivided. */
  readonly content: readonly TextDocument[] | ByteBatch
}

/**
 * Reads manifests: files, folders (recursively: .yaml, .yml, .json; in the order of their names; entries whose
 * name begins with a dot are left out; linked folders are not followed, as kubectl does), `-` for standard input.
 *
 * @returns the objects and problems as they are met, never more than one chunk's documents in memory
 */
export async function* readPaths(paths: readonly string[], options: ReadOptions): AsyncGenerator<ParsedText> {
  for await (const piece of readBatches(paths, options)) {
    if (!('content' in piece)) yield piece
    else for (const text of textsOf(piece)) yield parseDocument(piece.file, text, piece.origin)
  }
}

/** The objects of a text that is already at hand, as they would be read from a file of that name. */
export function readText(file: string, text: string): SourceDocument[] {
  const reader = new DocumentReader()
  const texts = [...reader.push(Buffer.from(text)), ...reader.end()]
  return texts.flatMap((piece) => parseDocument(file, piece, 'named').documents)
}

/** The texts of a batch's documents. */
export function textsOf({ content }: DocumentBatch): readonly TextDocument[] {
  return 'bytes' in content ? documentsOf(content) : content
}

/** As `readPaths`, with the documents of files not parsed yet; what was rendered or went wrong comes as it is. */
export async function* readBatches(
  paths: readonly string[],
  options: ReadOptions,
): AsyncGenerator<DocumentBatch | ParsedText> {
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
  const mentioning = mentioningTexts(readChunks(file), word)
  if (mentioning !== undefined) {
    for (const text of mentioning) yield* parseDocument(file, text, 'met').documents
    return
  }
  const reader = new DocumentReader()
  const pieces = function* () {
    for (const bytes of readChunks(file)) yield* reader.push(bytes)
    yield* reader.end()
  }
  for (const text of pieces()) if (text.text.includes(word)) yield* parseDocument(file, text, 'met').documents
}

async function* readStdin(options: ReadOptions): AsyncGenerator<DocumentBatch> {
  options.onFile?.(STDIN_NAME)
  const reader = new DocumentReader()
  const batch = (content: readonly TextDocument[]): DocumentBatch => ({
    file: STDIN_NAME,
    origin: 'named',
    content,
  })
  for await (const bytes of options.stdin) yield batch(reader.push(bytes))
  yield batch(reader.end())
}

async function* readPath(path: string, options: ReadOptions): AsyncGenerator<DocumentBatch | ParsedText> {
  let found: Stats
  try {
    found = statSync(path)
  } catch (error) {
    yield failure(path, error)
    return
  }
  if (!found.isDirectory()) {
    if (isEndless(found)) yield notAFile(path)
    else yield* readFile(path, 'named', options)
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

async function* readFolder(folder: string, options: ReadOptions): AsyncGenerator<DocumentBatch | ParsedText> {
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
    else if (isManifestName(name) && options.leavesOut?.(path) !== true) yield* readEntry(path, options)
  }
}

/** A pipe or device among the files of a folder would be waited for, perhaps for ever. */
function* readEntry(path: string, options: ReadOptions): Generator<DocumentBatch | ParsedText> {
  let found: ReturnType<typeof statSync>
  try {
    found = statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    // A link in a circle, for instance.
    yield failure(path, error)
    return
  }
  if (found === undefined || found.isFile()) yield* readFile(path, 'met', options)
  else if (!found.isDirectory()) yield notAFile(path)
}

function notAFile(path: string): ParsedText {
  const problem = { code: 'ERR_INPUT_UNREADABLE', file: path, message: make['not-a-file']({ path }) }
  return { documents: [], problems: [problem] }
}

/** Devices of the kernel's memory driver (Linux, devices.txt: major 1), `/dev/zero` and `/dev/random` say, never end. */
function isEndless(found: Stats): boolean {
  return found.isCharacterDevice() && found.rdev >> 8 === 1 && found.rdev !== NULL_DEVICE
}

const NULL_DEVICE = (1 << 8) | 3

function* readFile(
  path: string,
  origin: Origin,
  options: ReadOptions,
): Generator<DocumentBatch | ParsedText> {
  options.onFile?.(path)
  try {
    for (const content of contentsOf(path, options.cutFrom)) yield { file: path, origin, content }
  } catch (error) {
    yield failure(path, error)
  }
}

/** Read synchronously: manifests are many small files, and a turn of the event loop costs more than the read. */
function* contentsOf(path: string, cutFrom = Number.POSITIVE_INFINITY): Generator<DocumentBatch['content']> {
  const descriptor = openSync(path, 'r')
  try {
    const read = (buffer: Buffer, offset: number) =>
      readSync(descriptor, buffer, offset, buffer.length - offset, null)
    const isLarge = fstatSync(descriptor).size >= cutFrom
    const uncut = isLarge ? yield* cutIntoBatches(read) : { bytes: new Uint8Array() }
    if (uncut === undefined) return
    const reader = new DocumentReader(uncut.line)
    if (uncut.bytes.length > 0) yield reader.push(uncut.bytes)
    yield* documentsBehind(descriptor, reader)
    yield reader.end()
  } finally {
    closeSync(descriptor)
  }
}

/** Of a long document more is read at a time: with each piece the document's whole beginning is looked at again. */
function* documentsBehind(descriptor: number, reader: DocumentReader): Generator<TextDocument[]> {
  let buffer = Buffer.allocUnsafe(SMALL_CHUNK_BYTES)
  for (;;) {
    const length = readSync(descriptor, buffer, 0, buffer.length, null)
    if (length === 0) return
    const documents = reader.push(buffer.subarray(0, length))
    if (documents.length > 0) yield documents
    const next = documents.length > 0 ? SMALL_CHUNK_BYTES : Math.min(buffer.length * 4, CHUNK_BYTES)
    if (next !== buffer.length) buffer = Buffer.allocUnsafe(next)
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
    else if (isManifestName(name) && isFile(child)) yield child
  }
}

/** A link in a circle is none, and must not keep the files after it from being found. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true
  } catch (error) {
    if (!isSystemError(error)) throw error
    return false
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

function* readChunks(path: string): Generator<Buffer> {
  const descriptor = openSync(path, 'r')
  try {
    yield* chunksOf(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** @returns pieces that are each valid until the next is asked for */
function* chunksOf(descriptor: number): Generator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  for (;;) {
    const length = readSync(descriptor, buffer, 0, CHUNK_BYTES, null)
    if (length === 0) return
    yield buffer.subarray(0, length)
  }
}

/** One stream: bytes in, the text of whole documents out. */
class DocumentReader {
  readonly #text = new TextStream()
  readonly #splitter: StreamSplitter | DocumentSplitter

  /** @param line - where the stream goes on as YAML, the 1-based line on which it does */
  constructor(line?: number) {
    this.#splitter =
      line === undefined ? new StreamSplitter() : new DocumentSplitter(MAX_DOCUMENT_LENGTH, line)
  }

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
