import { formatFieldPath } from '../objects/field-path.ts'
import { type Fields, isRecord } from '../objects/json.ts'
import type { FieldPath } from '../objects/types.ts'
import { goQuote } from '../validation/go-syntax.ts'

/** What strict decoding objects to: in Kubernetes' words where the field is unknown, else by what was expected. */
export interface Objection {
  readonly path: FieldPath
  readonly message: string
}

/**
 * Reads the fields of an object strictly: "unknown fields … are errors", null is as if the field were not there, a value
 * of another type is an error. What is not there reads as empty.
 */
export class StrictFields {
  readonly #path: FieldPath
  readonly #fields: Fields
  readonly #objections: Objection[]

  constructor(value: unknown, path: FieldPath, objections: Objection[]) {
    this.#path = path
    this.#objections = objections
    const isThere = value !== undefined && value !== null
    this.#fields = isRecord(value) ? value : {}
    if (isThere && !isRecord(value)) this.#object([], 'must be an object')
  }

  /** Objects to all other fields. */
  only(...names: readonly string[]): this {
    for (const name of Object.keys(this.#fields))
      if (!names.includes(name)) {
        const field = formatFieldPath([...this.#path, name])
        this.#object([name], `unknown field ${goQuote(field)}`)
      }
    return this
  }

  text(name: string): string {
    return this.optionalText(name) ?? ''
  }

  /** @returns undefined where it is not there, which may not mean the same as empty */
  optionalText(name: string): string | undefined {
    const value = this.#fields[name]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'string') return value
    this.#object([name], 'must be a string')
    return undefined
  }

  flag(name: string): boolean {
    const value = this.#fields[name]
    if (value !== undefined && value !== null && typeof value !== 'boolean')
      this.#object([name], 'must be true or false')
    return value === true
  }

  texts(name: string): readonly string[] {
    return this.#list(name).flatMap((item, index) => {
      if (typeof item === 'string') return [item]
      this.#object([name, index], 'must be a string')
      return []
    })
  }

  object(name: string): StrictFields {
    return new StrictFields(this.#fields[name], [...this.#path, name], this.#objections)
  }

  optionalObject(name: string): StrictFields | undefined {
    const value = this.#fields[name]
    return value === undefined || value === null ? undefined : this.object(name)
  }

  objects(name: string): readonly StrictFields[] {
    return this.#list(name).map(
      (item, index) => new StrictFields(item, [...this.#path, name, index], this.#objections),
    )
  }

  #list(name: string): readonly unknown[] {
    const value = this.#fields[name]
    if (value === undefined || value === null) return []
    if (Array.isArray(value)) return value
    this.#object([name], 'must be a list')
    return []
  }

  #object(path: FieldPath, message: string): void {
    this.#objections.push({ path: [...this.#path, ...path], message })
  }
}
