import type { KubernetesObject, Position, SourceDocument } from '../../../kubernetes/index.ts'

/**
 * Watches whether what is said of a document depends on the object's name, otherwise than that the name is given with
 * it: every read of the field, and of its line in the text, is seen.
 */
export class NameWatch implements SourceDocument {
  readonly #document: SourceDocument
  readonly #nameLine: number
  wasRead = false

  constructor(document: SourceDocument) {
    this.#document = document
    this.#nameLine = document.locate(['metadata', 'name']).line
  }

  get file(): string {
    return this.#document.file
  }

  get object(): KubernetesObject {
    return this.#document.object
  }

  locate(path: readonly (string | number)[]): Position {
    return this.#document.locate(path)
  }

  lineAt(line: number): string | undefined {
    if (line === this.#nameLine) this.wasRead = true
    return this.#document.lineAt(line)
  }

  /** The same object, decoded as it is, that tells when its name is read. */
  over(object: KubernetesObject): KubernetesObject {
    const name = object.metadata?.name
    const metadata = { ...object.metadata }
    Object.defineProperty(metadata, 'name', {
      enumerable: true,
      get: () => {
        this.wasRead = true
        return name
      },
    })
    return { ...object, metadata }
  }
}
