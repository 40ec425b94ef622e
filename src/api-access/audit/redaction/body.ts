import { type Fields, isRecord } from '../../../kubernetes/index.ts'
import { assignsCredential, holdsCredential, isCredentialName } from './credential.ts'
import { mapList, mapObject, maskText, maskValue, type Tally } from './mask.ts'
import type { PathMatcher } from './paths.ts'

export interface BodySettings {
  /** Fields that stay as they are. */
  readonly keep: PathMatcher | undefined
  /** Fields that are masked whatever they are. */
  readonly mask: PathMatcher | undefined
  /** Variables whose values stay. */
  readonly keepEnvironment: ReadonlySet<string>
  /** Names that hold a secret besides those that say so. */
  readonly names: ReadonlySet<string>
}

/** Lists of commands and their arguments in a container. */
const COMMAND_LISTS = new Set(['command', 'args'])

/** Copies of the object that clients leave in its annotations. */
const APPLIED =
  /^(?:kubectl\.kubernetes\.io\/last-applied-configuration|kapp\.k14s\.io\/original|objectset\.rio\.cattle\.io\/applied)$/

/** Masks what is secret in the bodies of one event. Never changes what it is given. */
export class BodyRedactor {
  readonly #settings: BodySettings
  readonly #tally: Tally
  readonly #hasPaths: boolean
  readonly #path: string[] = []
  /** What the request is about. */
  readonly #kind: string

  /** @param kind - what the bodies are objects of where they do not say so, as patches and items of lists do not */
  constructor(settings: BodySettings, tally: Tally, kind: string) {
    this.#settings = settings
    this.#tally = tally
    this.#kind = kind
    this.#hasPaths = settings.keep !== undefined || settings.mask !== undefined
  }

  /** @param body - an object, a list, a Table, a patch of any form, or a patch's text */
  redact(body: unknown): unknown {
    if (isJsonPatch(body)) return mapList(body, (operation) => this.#operation(operation as Fields))
    if (typeof body === 'string') return this.#text(body, this.#kind)
    return this.#value(body, '', this.#kind)
  }

  /** @param key - the field's name; empty for the body itself and for entries of lists */
  #value(value: unknown, key: string, kind: string): unknown {
    if (value === null || value === undefined) return value
    if (this.#hasPaths && this.#path.length > 0) {
      if (this.#settings.keep?.(this.#path)) return value
      if (this.#settings.mask?.(this.#path)) return maskValue(value, this.#tally)
    }
    if (typeof value === 'string') return this.#scalar(value, key)
    if (Array.isArray(value)) return this.#list(value, key, kind)
    if (typeof value === 'object') return this.#object(value as Fields, key, kind)
    return value
  }

  #scalar(value: string, key: string): string {
    const isSecret = (key !== '' && this.#isSecretName(key)) || holdsCredential(value)
    return isSecret ? maskText(value, this.#tally) : value
  }

  #isSecretName(name: string): boolean {
    return this.#settings.names.has(name) || isCredentialName(name)
  }

  #list(list: readonly unknown[], key: string, kind: string): readonly unknown[] {
    if (COMMAND_LISTS.has(key)) return this.#command(list)
    // A list under a secret's name is a list of secrets; objects in it name their own fields.
    const name = key !== '' && this.#isSecretName(key) ? key : ''
    return mapList(list, (entry, index) =>
      this.#within(String(index), () => {
        if (isNamedValue(entry)) return this.#namedValue(entry, key)
        return this.#value(entry, name, kind)
      }),
    )
  }

  #object(object: Fields, key: string, inherited: string): Fields {
    const own = object['kind']
    const kind = typeof own === 'string' && own !== '' ? own : inherited
    if (key === 'annotations') return this.#annotations(object, kind)
    return mapObject(object, (value, field) => this.#within(field, () => this.#field(value, field, kind)))
  }

  #field(value: unknown, field: string, kind: string): unknown {
    if (kind === 'Secret' && (field === 'data' || field === 'stringData')) return this.#mask(value)
    if (kind === 'ConfigMap' && field === 'data' && isRecord(value) && !this.#isKept())
      return mapObject(value, (entry, name) => this.#within(name, () => this.#setting(entry, name)))
    return this.#value(value, field, this.#innerKind(field, kind))
  }

  /** Items of a `SecretList` do not say that they are Secrets, and objects in the rows of a Table need not. */
  #innerKind(field: string, kind: string): string {
    if (field === 'items' && kind.endsWith('List')) return kind.slice(0, -'List'.length)
    if (kind === 'Table' && field === 'rows') return 'Row'
    if (kind === 'Row' && field === 'object') return this.#kind
    return field === 'metadata' ? kind : ''
  }

  /** Masks a value whole, but for what is to be kept in it. */
  #mask(value: unknown): unknown {
    if (!this.#hasPaths) return maskValue(value, this.#tally)
    if (this.#isKept()) return value
    if (isRecord(value)) return mapObject(value, (entry, name) => this.#within(name, () => this.#mask(entry)))
    return maskValue(value, this.#tally)
  }

  #isKept(): boolean {
    return this.#hasPaths && this.#settings.keep?.(this.#path) === true
  }

  /** An entry of a ConfigMap, often a whole file. */
  #setting(value: unknown, name: string): unknown {
    if (typeof value !== 'string' || this.#isKept() || !assignsCredential(value))
      return this.#value(value, name, '')
    return maskText(value, this.#tally)
  }

  #annotations(annotations: Fields, kind: string): Fields {
    return mapObject(annotations, (value, name) =>
      this.#within(name, () => {
        if (typeof value !== 'string' || this.#isKept()) return value
        return APPLIED.test(name)
          ? this.#text(value, kind)
          : this.#scalar(value, name.slice(name.lastIndexOf('/') + 1))
      }),
    )
  }

  /** An object as text, such as `kubectl apply` leaves it; what cannot be read is masked where it may hold a secret. */
  #text(text: string, kind: string): string {
    let object: unknown
    try {
      object = JSON.parse(text)
    } catch {
      const isSecret =
        kind === 'Secret' || this.#kind === 'Secret' || assignsCredential(text) || holdsCredential(text)
      return isSecret ? maskText(text, this.#tally) : text
    }
    // A text has no paths in the body.
    const settings = { ...this.#settings, keep: undefined, mask: undefined }
    const redacted = new BodyRedactor(settings, this.#tally, kind).redact(object)
    return redacted === object ? text : JSON.stringify(redacted)
  }

  /** A variable of a container (all of their values are masked), a header of a probe, or the like. */
  #namedValue(entry: Fields, list: string): Fields {
    const { name, value } = entry as { name: string; value: string }
    const isSecret =
      list === 'env'
        ? !this.#settings.keepEnvironment.has(name)
        : this.#isSecretName(name) || holdsCredential(value)
    return mapObject(entry, (field, key) =>
      this.#within(key, () => {
        if (key !== 'value') return this.#value(field, key, '')
        if (this.#isKept()) return field
        return isSecret || this.#settings.mask?.(this.#path) ? maskText(value, this.#tally) : field
      }),
    )
  }

  /** `--password=x`, `--password x`, or a script that sets one. */
  #command(list: readonly unknown[]): readonly unknown[] {
    return mapList(list, (entry, index) => {
      if (typeof entry !== 'string') return this.#value(entry, '', '')
      const before = list[index - 1]
      const isValue = typeof before === 'string' && /^-/.test(before) && this.#isSecretName(before)
      return isValue || assignsCredential(entry) || holdsCredential(entry)
        ? maskText(entry, this.#tally)
        : entry
    })
  }

  /** RFC 6902: `{"op": "add", "path": "/data/password", "value": …}`. */
  #operation(operation: Fields): Fields {
    const path = String(operation['path'])
      .split('/')
      .slice(1)
      .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    const { value } = operation
    if (value === undefined) return operation
    const redacted = this.#valueAt(path, value)
    return redacted === value ? operation : { ...operation, value: redacted }
  }

  /** Wraps the value in the objects that the path leads through, so that it is judged as if it stood there. */
  #valueAt(path: readonly string[], value: unknown): unknown {
    const [first, ...rest] = path
    if (first === undefined) return this.#value(value, '', this.#kind)
    // Of a variable whose name the patch does not say, the value is masked.
    if (path.at(-1) === 'value' && path.at(-3) === 'env') return maskValue(value, this.#tally)
    let inner: unknown = value
    for (const segment of rest.toReversed()) inner = isListIndex(segment) ? [inner] : { [segment]: inner }
    let result = this.#value({ [first]: inner }, '', this.#kind)
    for (const segment of path)
      result = isListIndex(segment) && Array.isArray(result) ? result[0] : (result as Fields)[segment]
    return result
  }

  #within<Result>(segment: string, action: () => Result): Result {
    if (!this.#hasPaths) return action()
    this.#path.push(segment)
    try {
      return action()
    } finally {
      this.#path.pop()
    }
  }
}

function isListIndex(segment: string): boolean {
  return segment === '-' || /^\d+$/.test(segment)
}

function isNamedValue(entry: unknown): entry is Fields {
  return isRecord(entry) && typeof entry['name'] === 'string' && typeof entry['value'] === 'string'
}

function isJsonPatch(body: unknown): body is readonly unknown[] {
  return (
    Array.isArray(body) &&
    body.length > 0 &&
    body.every((each) => isRecord(each) && typeof each['op'] === 'string' && typeof each['path'] === 'string')
  )
}
