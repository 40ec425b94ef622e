import { isDeepStrictEqual } from 'node:util'
import type { FieldPath } from '../../kubernetes/index.ts'
import type { PatchOperation } from '../finding.ts'

/** An elementary change, each of which has one way to be written into a text. */
export type Step =
  | { readonly kind: 'set'; readonly path: FieldPath; readonly value: unknown }
  | { readonly kind: 'insert'; readonly path: FieldPath; readonly value: unknown }
  | { readonly kind: 'remove'; readonly path: FieldPath }
  | { readonly kind: 'rename'; readonly path: FieldPath; readonly name: string }

/** A patch operation that cannot be carried out on the object as it is now. */
export class StepRefused extends Error {
  readonly reason: 'conflict' | 'missing'

  constructor(reason: StepRefused['reason']) {
    super(reason)
    this.reason = reason
  }
}

/**
 * What a patch operation still asks for, given that other remedies may have been applied since it was made.
 * Where two add the same map or list, the second adds to it what is missing; RFC 6902 alone would have it replace
 * the first one's.
 *
 * @param current - the object now
 * @param original - the object that the patch was made for
 * @returns the steps, in order; none where all is done already
 * @throws StepRefused where another remedy decided otherwise, or the place is gone
 */
export function stepsOf(operation: PatchOperation, current: unknown, original: unknown): Step[] {
  switch (operation.op) {
    case 'remove':
      return valueAt(current, operation.path) === undefined ? [] : [{ kind: 'remove', path: operation.path }]
    case 'move':
      return moveSteps(operation.from, operation.path, current, original)
    default:
      return setSteps(operation, current, original)
  }
}

function setSteps(
  { op, path, value }: { readonly op: 'add' | 'replace'; readonly path: FieldPath; readonly value: unknown },
  current: unknown,
  original: unknown,
): Step[] {
  const last = path.at(-1)
  const parent = path.slice(0, -1)
  if (last === undefined) throw new StepRefused('missing')
  if (typeof last === 'number' && op === 'add') return itemSteps(parent, last, value, current, original)

  const now = valueAt(current, path)
  const before = valueAt(original, path)
  if (isDeepStrictEqual(now, value)) return []
  if (isMissing(now)) return [nested(path, value, current)]
  if (!isMissing(before)) {
    // Unchanged so far: RFC 6902, 4.1 and 4.3, the value is replaced.
    if (isDeepStrictEqual(now, before)) return [{ kind: 'set', path, value }]
    throw new StepRefused('conflict')
  }
  if (isRecord(now) && isRecord(value))
    return Object.entries(value).flatMap(([key, child]) =>
      setSteps({ op, path: [...path, key], value: child }, current, original),
    )
  if (Array.isArray(now) && Array.isArray(value))
    return value
      .filter((item) => !now.some((there) => isDeepStrictEqual(there, item)))
      .map((item, index) => ({ kind: 'insert', path: [...path, now.length + index], value: item }))
  throw new StepRefused('conflict')
}

/** RFC 6902, 4.1: an item is inserted before the one at its index; the index may be the list's length. */
function itemSteps(
  list: FieldPath,
  index: number,
  value: unknown,
  current: unknown,
  original: unknown,
): Step[] {
  const now = valueAt(current, list)
  const before = valueAt(original, list)
  if (isMissing(now)) return [nested(list, [value], current)]
  if (!Array.isArray(now)) throw new StepRefused('missing')
  const length = Array.isArray(before) ? before.length : 0
  if (index < length) return [{ kind: 'insert', path: [...list, index], value }]
  if (now.slice(length).some((item) => isDeepStrictEqual(item, value))) return []
  return [{ kind: 'insert', path: [...list, now.length], value }]
}

function moveSteps(from: FieldPath, to: FieldPath, current: unknown, original: unknown): Step[] {
  const value = valueAt(current, from)
  if (value === undefined) {
    if (isDeepStrictEqual(valueAt(current, to), valueAt(original, from))) return []
    throw new StepRefused('missing')
  }
  if (!isMissing(valueAt(current, to))) throw new StepRefused('conflict')
  const name = to.at(-1)
  if (typeof name === 'string' && typeof from.at(-1) === 'string' && sameParent(from, to))
    return [{ kind: 'rename', path: from, name }]
  return [{ kind: 'remove', path: from }, nested(to, value, current)]
}

/** Sets a field; of ancestors that are missing the first is added with all that is below it. */
function nested(path: FieldPath, value: unknown, current: unknown): Step {
  let depth = 0
  let holder = current
  while (depth < path.length - 1) {
    const next = isContainer(holder) ? holder[path[depth] ?? ''] : undefined
    if (!isContainer(next)) break
    holder = next
    depth++
  }
  let whole = value
  for (const part of path.slice(depth + 1).reverse()) {
    if (typeof part === 'number' && part > 0) throw new StepRefused('missing')
    whole = typeof part === 'number' ? [whole] : { [part]: whole }
  }
  const target = path.slice(0, depth + 1)
  // A scalar in the way of the path is somebody's mistake, not ours to overwrite.
  if (depth < path.length - 1 && !isMissing(valueAt(current, target))) throw new StepRefused('missing')
  if (typeof target.at(-1) === 'number') throw new StepRefused('missing')
  return { kind: 'set', path: target, value: whole }
}

/**
 * Carries steps out on a value, to know what the text must read as afterwards.
 *
 * @returns the changed copy; the value itself stays as it is
 */
export function carryOut(value: unknown, steps: readonly Step[]): unknown {
  const root = { root: structuredClone(value) }
  for (const step of steps) {
    const path: FieldPath = ['root', ...step.path]
    const holder = valueAt(root, path.slice(0, -1))
    const last = path.at(-1) ?? ''
    if (!isContainer(holder)) throw new StepRefused('missing')
    if (step.kind === 'rename') {
      const kept = holder[last]
      delete holder[last]
      holder[step.name] = kept
    } else if (step.kind === 'remove') {
      if (Array.isArray(holder) && typeof last === 'number') holder.splice(last, 1)
      else delete holder[last]
    } else if (step.kind === 'insert' && Array.isArray(holder) && typeof last === 'number')
      holder.splice(last, 0, structuredClone(step.value))
    else holder[last] = structuredClone(step.value)
  }
  return root.root
}

export function valueAt(value: unknown, path: FieldPath): unknown {
  let found = value
  for (const part of path) {
    if (!isContainer(found) || !Object.hasOwn(found, part)) return undefined
    found = found[part]
  }
  return found
}

function sameParent(left: FieldPath, right: FieldPath): boolean {
  return left.length === right.length && left.slice(0, -1).every((part, index) => part === right[index])
}

/** The API server takes a field that is null for one that is absent. */
function isMissing(value: unknown): boolean {
  return value === undefined || value === null
}

function isContainer(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isContainer(value) && !Array.isArray(value)
}
