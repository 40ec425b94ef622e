import type { PatchOperation } from '../findings/index.ts'
import type { FieldPath, KubernetesObject } from '../kubernetes/index.ts'

type Tree = Record<string | number, unknown>

/** Applies a patch to a copy of an object, strictly as RFC 6902 says: what a step needs must be there. */
export function applyPatch(object: KubernetesObject, patch: readonly PatchOperation[]): KubernetesObject {
  const copy = structuredClone(object) as unknown as Tree
  for (const operation of patch) {
    if (operation.op === 'move') add(copy, operation.path, remove(copy, operation.from))
    else if (operation.op === 'remove') remove(copy, operation.path)
    else if (operation.op === 'add') add(copy, operation.path, operation.value)
    else {
      remove(copy, operation.path)
      add(copy, operation.path, operation.value)
    }
  }
  return copy as unknown as KubernetesObject
}

function add(root: Tree, path: FieldPath, value: unknown): void {
  const [holder, key] = locate(root, path)
  if (!Array.isArray(holder)) holder[key] = structuredClone(value)
  else if (Number(key) > holder.length) throw new Error(`no place for an item at ${path.join('/')}`)
  else holder.splice(Number(key), 0, structuredClone(value))
}

function remove(root: Tree, path: FieldPath): unknown {
  const [holder, key] = locate(root, path)
  if (!Object.hasOwn(holder, key)) throw new Error(`nothing to remove at ${path.join('/')}`)
  const value = holder[key]
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else delete holder[key]
  return value
}

function locate(root: Tree, path: FieldPath): [Tree | (unknown[] & Tree), string | number] {
  let holder = root
  for (const part of path.slice(0, -1)) {
    const next = holder[part]
    if (typeof next !== 'object' || next === null) throw new Error(`nothing at ${path.join('/')}`)
    holder = next as Tree
  }
  return [holder, path.at(-1) ?? '']
}
