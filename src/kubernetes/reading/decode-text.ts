/**
 * Turns bytes into text chunk by chunk. UTF-8 unless a byte order mark says UTF-16 (YAML 1.2.2 §5.2 has both);
 * the mark itself is dropped. Bytes that are no valid text become U+FFFD, which the document reader reports.
 */
export class TextStream {
  #decoder: InstanceType<typeof TextDecoder> | undefined

  push(bytes: Uint8Array): string {
    this.#decoder ??= new TextDecoder(encodingOf(bytes))
    return this.#decoder.decode(bytes, { stream: true })
  }

  end(): string {
    return this.#decoder?.decode() ?? ''
  }
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return 'utf-8'
}

/** Whether a stream that begins with these bytes is UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  return encodingOf(bytes) === 'utf-8'
}
