import type { ResourceReference } from '../finding.ts'
import { resourceHalf } from '../fingerprint.ts'
import type { ReportSink } from './reporter.ts'

const LINE = 0
const LINE_BLANK = 1
const OWN = 2

/** An object about which the same is to be said as about another: it differs in name, file and place alone. */
export class RepeatedObject {
  readonly file: string
  readonly resource: ResourceReference
  /** On which its document begins. */
  readonly line: number
  #half: string | undefined

  constructor(file: string, resource: ResourceReference, line: number) {
    this.file = file
    this.resource = resource
    this.line = line
  }

  /** The first half of its findings' fingerprints. */
  get resourceHalf(): string {
    this.#half ??= resourceHalf(this.resource)
    return this.#half
  }
}

/**
 * What a report wrote about one object, with the places that are another object's own: numbers of lines, and texts made
 * of its name or file. To say the same of that other object is to copy, not to render.
 */
export class Stencil {
  readonly bytes: Uint8Array
  /** On which the object's document begins. */
  readonly line: number
  /** For each place its offset, which of the three it is, and the line or the number of the text. */
  readonly #places: Int32Array
  /** The own texts that stand in the bytes. */
  readonly #own: readonly (Uint8Array | undefined)[]
  #firstLine = Number.POSITIVE_INFINITY
  #lastLine = 0

  constructor(bytes: Uint8Array, line: number, places: StencilPlaces) {
    this.#own = places.texts
    this.bytes = bytes
    this.line = line
    this.#places = places.taken()
    for (let at = 0; at < this.#places.length; at += 4) {
      const value = this.#value(at)
      if (this.#kind(at) === OWN) continue
      this.#firstLine = Math.min(this.#firstLine, value)
      this.#lastLine = Math.max(this.#lastLine, value)
    }
  }

  /** Whether what is another object's own is as long as this one's. */
  fits(own: readonly Uint8Array[], line: number): boolean {
    const below = line - this.line
    for (let index = 0; index < own.length; index++) {
      const text = this.#own[index]
      if (text !== undefined && own[index]?.length !== text.length) return false
    }
    if (this.#lastLine === 0) return true
    const digits = digitsOf(this.#lastLine)
    return (
      digitsOf(this.#firstLine) === digits &&
      digitsOf(this.#firstLine + below) === digits &&
      digitsOf(this.#lastLine + below) === digits
    )
  }

  /** Puts what `fits` into a chunk that has room for it. */
  copyTo(chunk: Uint8Array, start: number, own: readonly Uint8Array[], line: number): void {
    const below = line - this.line
    chunk.set(this.bytes, start)
    const places = this.#places
    for (let at = 0; at < places.length; at += 4) {
      const from = start + this.#offset(at)
      const kind = this.#kind(at)
      if (kind === LINE) putNumber(chunk, from, this.#length(at), this.#value(at) + below)
      else if (kind === OWN) {
        const number = this.#value(at)
        const text = own[number] as Uint8Array
        if (text !== this.#own[number]) chunk.set(text, from)
      }
    }
  }

  /** Writes it for any other object. */
  writeTo(sink: ReportSink, own: readonly Uint8Array[], line: number): void {
    const below = line - this.line
    let written = 0
    for (let at = 0; at < this.#places.length; at += 4) {
      const offset = this.#offset(at)
      if (offset > written) sink.writeBytes(this.bytes.subarray(written, offset))
      written = offset + this.#length(at)
      const value = this.#value(at)
      const kind = this.#kind(at)
      if (kind === OWN) sink.writeOwn(value, own[value] as Uint8Array)
      else if (kind === LINE) sink.writeLine(value + below)
      else sink.writeLineBlank(value + below)
    }
    if (this.bytes.length > written) sink.writeBytes(this.bytes.subarray(written))
  }

  #offset(at: number): number {
    return this.#places[at] as number
  }

  #length(at: number): number {
    return this.#places[at + 1] as number
  }

  #kind(at: number): number {
    return this.#places[at + 2] as number
  }

  #value(at: number): number {
    return this.#places[at + 3] as number
  }
}

/** Gathers the places of a stencil while it is written. */
export class StencilPlaces {
  /** The own texts, by their number. */
  readonly texts: Uint8Array[] = []
  readonly #places: number[] = []

  line(offset: number, line: number): void {
    this.#places.push(offset, digitsOf(line), LINE, line)
  }

  lineBlank(offset: number, line: number): void {
    this.#places.push(offset, digitsOf(line), LINE_BLANK, line)
  }

  own(offset: number, text: Uint8Array, number: number): void {
    this.#places.push(offset, text.length, OWN, number)
    // A stencil is kept: not with it the memory that its texts share with others.
    this.texts[number] = text.length === text.buffer.byteLength ? text : new Uint8Array(text)
  }

  taken(): Int32Array {
    return Int32Array.from(this.#places)
  }
}

/** @param number - a whole number from 0 */
export function digitsOf(number: number): number {
  let digits = 1
  for (let limit = 10; number >= limit; limit *= 10) digits++
  return digits
}

/** Puts a whole number's decimal digits into bytes. */
export function putNumber(bytes: Uint8Array, start: number, digits: number, number: number): void {
  let rest = number
  for (let at = start + digits - 1; at >= start; at--) {
    const quotient = Math.floor(rest / 10)
    bytes[at] = 48 + rest - quotient * 10
    rest = quotient
  }
}
