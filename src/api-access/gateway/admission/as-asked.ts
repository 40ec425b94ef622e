import type { KubernetesObject } from '../../../kubernetes/index.ts'
import type { Operation } from '../../admission/index.ts'
import type { ReadBody } from '../carrier/local.ts'
import { withoutAllocated } from './allocated.ts'
import { objectOf } from './json-body.ts'

/**
 * What a stage made of the object of a dry run, without what this one alone gave it. Of a body that cannot be read here,
 * only what the object had before is known to be asked for.
 */
export function asAsked(
  object: KubernetesObject,
  shown: KubernetesObject,
  body: ReadBody,
  old: KubernetesObject | undefined,
  operation: Operation,
): KubernetesObject {
  const asked = objectOf(body) ?? old
  return unserved(asked === undefined ? object : withoutAllocated(object, shown, asked), operation)
}

/** Without what the server itself fills in at a dry run. */
export function unserved(object: KubernetesObject, operation: Operation): KubernetesObject {
  if (operation !== 'CREATE') return object
  const {
    uid: _,
    creationTimestamp: __,
    resourceVersion: ___,
    managedFields: ____,
    generation: _____,
    ...metadata
  } = (object.metadata ?? {}) as Record<string, unknown>
  return { ...object, metadata: metadata as NonNullable<KubernetesObject['metadata']> }
}
