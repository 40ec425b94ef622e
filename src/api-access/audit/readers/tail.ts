import { type FileHandle, open } from 'node:fs/promises'
import { reasonOf } from '../../../messages/index.ts'
import { type BytesDecoder, createBytesDecoder } from './bytes.ts'
import { identityOf } from './files.ts'
import type { AuditBatches, AuditItem, ReadLimits } from './reader.ts'

const CHUNK_BYTES = 256 * 1024
/** Audit events begin with their unique ID, so that the first bytes tell a log's files from each other. */
const HEAD_BYTES = 512

/** A file that is still being written to, and how far it has been read. */
export class Tail {
  readonly path: string
  readonly identity: string
  readonly decoder: BytesDecoder
  readonly #file: FileHandle
  #position = 0
  #head: Buffer = Buffer.alloc(0)

  private constructor(path: string, identity: string, file: FileHandle, limits: ReadLimits) {
    this.path = path
    this.identity = identity
    this.#file = file
    this.decoder = createBytesDecoder(path, limits)
  }

  /** @returns undefined while there is no such file @throws Error where there is one that cannot be opened */
  static async open(path: string, limits: ReadLimits): Promise<Tail | undefined> {
    const file = await open(path).catch((error: unknown) => {
      if (reasonOf(error) === 'ENOENT') return undefined
      throw error
    })
    if (file === undefined) return undefined
    return new Tail(path, await identityOf(file), file, limits)
  }

  /** Bytes that have been read. */
  get position(): number {
    return this.#position
  }

  /** The first bytes of what has been read. */
  get head(): Buffer {
    return this.#head
  }

  /** Gives what has been written since; stops where the file has been emptied meanwhile (`truncatedTo`). */
  async *drain(): AuditBatches {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    for (;;) {
      const { bytesRead } = await this.#file.read(buffer, 0, CHUNK_BYTES, this.#position)
      if (bytesRead === 0) return
      // Asked after the reading: these bytes are of the file as it was, not of what was written anew.
      if ((await this.truncatedTo()) !== undefined) return
      yield this.push(buffer.subarray(0, bytesRead))
    }
  }

  /** Takes the bytes that follow, wherever they were read. */
  push(chunk: Buffer): AuditItem[] {
    this.#position += chunk.length
    if (this.#head.length < HEAD_BYTES)
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES - this.#head.length)])
    return this.decoder.push(chunk)
  }

  /** Leaves out what the file has now. */
  async skipToEnd(): Promise<void> {
    const { size } = await this.#file.stat()
    this.#head = await this.#start(Math.min(HEAD_BYTES, size))
    this.#position = size
  }

  /** @returns the file's size where it was emptied, or emptied and written anew, since it was last read */
  async truncatedTo(): Promise<number | undefined> {
    const { size } = await this.#file.stat()
    if (size < this.#position) return size
    return (await this.#start(this.#head.length)).equals(this.#head) ? undefined : size
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  async #start(length: number): Promise<Buffer> {
    const start = Buffer.alloc(length)
    const { bytesRead } = await this.#file.read(start, 0, length, 0)
    return start.subarray(0, bytesRead)
  }
}
