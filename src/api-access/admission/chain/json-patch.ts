import { type Fields, isRecord } from '../../../kubernetes/index.ts'
/**
 * RFC 6902. Patches that webhooks answer with are applied as the API server's library does
 * (`github.com/evanphx/json-patch`); those that Haetae answers with are the difference of two objects.
 */

export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly path: string; readonly from: string }

/**
 * The operations that make `after` of `before`. Lists are compared by position: what follows an item that was put in
 * front is replaced, which is correct though not the shortest.
 *
 * Both are JSON values; a field that is `undefined` counts as absent.
 */
export function diff(before: unknown, after: unknown): PatchOperation[] {
  const operations: PatchOperation[] = []
  compare('', before, after, operations)
  return operations
}

function compare(path: string, before: unknown, after: unknown, into: PatchOperation[]): void {
  if (before === after) return
  if (Array.isArray(before) && Array.isArray(after)) compareLists(path, before, after, into)
  else if (isRecord(before) && isRecord(after)) compareRecords(path, before, after, into)
  else into.push({ op: 'replace', path, value: after })
}

function compareRecords(path: string, before: Fields, after: Fields, into: PatchOperation[]): void {
  for (const key of Object.keys(before))
    if (before[key] !== undefined && (!Object.hasOwn(after, key) || after[key] === undefined))
      into.push({ op: 'remove', path: `${path}/${escapeKey(key)}` })
  for (const key of Object.keys(after)) {
    const value = after[key]
    if (value === undefined) continue
    const at = `${path}/${escapeKey(key)}`
    if (!Object.hasOwn(before, key) || before[key] === undefined) into.push({ op: 'add', path: at, value })
    else compare(at, before[key], value, into)
  }
}

function compareLists(
  path: string,
  before: readonly unknown[],
  after: readonly unknown[],
  into: PatchOperation[],
): void {
  const shared = Math.min(before.length, after.length)
  for (let index = 0; index < shared; index++) compare(`${path}/${index}`, before[index], after[index], into)
  // From the end, so that the indexes of those that remain hold.
  for (let index = before.length - 1; index >= shared; index--)
    into.push({ op: 'remove', path: `${path}/${index}` })
  for (const value of after.slice(shared)) into.push({ op: 'add', path: `${path}/-`, value })
}

/** Why a patch cannot be applied. */
export class PatchError extends Error {
  readonly code = 'ERR_JSON_PATCH'
}

/**
 * Applies operations in order; `value` is left as it is, and shares with the result what did not change.
 *
 * @param operations - as decoded from JSON; any value is taken
 * @throws PatchError for what is no patch, a place that does not exist, or a test that fails
 */
export function applyPatch(value: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations)) throw new PatchError('a JSON patch is a list of operations')
  return operations.reduce((current: unknown, each: unknown) => applyOne(current, asOperation(each)), value)
}

function applyOne(value: unknown, operation: PatchOperation): unknown {
  const path = pointer(operation.path)
  switch (operation.op) {
    case 'add':
      return set(value, path, operation.value, 'add')
    case 'replace':
      return set(value, path, operation.value, 'replace')
    case 'remove':
      return remove(value, path)
    case 'test':
      if (!isSame(find(value, path), operation.value))
        throw new PatchError(`testing value ${operation.path} failed`)
      return value
    case 'copy':
      return set(value, path, find(value, pointer(operation.from)), 'add')
    case 'move': {
      const from = pointer(operation.from)
      return set(remove(value, from), path, find(value, from), 'add')
    }
  }
}

function set(value: unknown, path: readonly string[], item: unknown, op: 'add' | 'replace'): unknown {
  const [key, ...rest] = path
  if (key === undefined) return item
  if (Array.isArray(value)) {
    const isNew = rest.length === 0 && op === 'add'
    const index = isNew && key === '-' ? value.length : indexIn(value, key, isNew ? 1 : 0)
    const copy = [...value]
    copy.splice(index, isNew ? 0 : 1, rest.length === 0 ? item : set(value[index], rest, item, op))
    return copy
  }
  if (!isRecord(value)) throw missing(key)
  if ((rest.length > 0 || op === 'replace') && !Object.hasOwn(value, key)) throw missing(key)
  const changed = rest.length === 0 ? item : set(value[key], rest, item, op)
  return withField(value, key, changed)
}

function remove(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path
  if (key === undefined) throw new PatchError('the whole object cannot be removed')
  if (Array.isArray(value)) {
    const index = indexIn(value, key, 0)
    return rest.length === 0 ? value.toSpliced(index, 1) : value.with(index, remove(value[index], rest))
  }
  if (!isRecord(value) || !Object.hasOwn(value, key)) throw missing(key)
  if (rest.length > 0) return withField(value, key, remove(value[key], rest))
  return Object.fromEntries(Object.entries(value).filter(([each]) => each !== key))
}

function find(value: unknown, path: readonly string[]): unknown {
  let found = value
  for (const key of path) {
    if (Array.isArray(found)) found = found[indexIn(found, key, 0)]
    else if (isRecord(found) && Object.hasOwn(found, key)) found = found[key]
    else throw missing(key)
  }
  return found
}

function indexIn(list: readonly unknown[], key: string, beyond: 0 | 1): number {
  if (!/^(0|[1-9]\d{0,8})$/.test(key)) throw missing(key)
  const index = Number(key)
  if (index >= list.length + beyond) throw new PatchError(`there is no item ${key}`)
  return index
}

/** A copy of an object with one field set, whatever its name: assigning to `__proto__` would set the prototype. */
function withField(value: Fields, key: string, item: unknown): Fields {
  const copy = { ...value }
  Object.defineProperty(copy, key, { value: item, enumerable: true, configurable: true, writable: true })
  return copy
}

function asOperation(value: unknown): PatchOperation {
  if (!isRecord(value)) throw new PatchError('an operation is an object')
  const { op, path, from } = value
  if (typeof path !== 'string') throw new PatchError('an operation needs a path')
  if (op === 'remove') return { op, path }
  if (op === 'add' || op === 'replace' || op === 'test') return { op, path, value: value['value'] ?? null }
  if ((op === 'move' || op === 'copy') && typeof from === 'string') return { op, path, from }
  throw new PatchError(`Unexpected kind: ${String(op)}`)
}

function pointer(path: string): string[] {
  if (path === '') return []
  if (!path.startsWith('/')) throw new PatchError(`a path begins with "/": ${path}`)
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

function missing(key: string): PatchError {
  return new PatchError(`there is no field ${key}`)
}

/** Whether two JSON values are the same, whatever the order of fields. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]))
  if (!isRecord(a) || !isRecord(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
  )
}
