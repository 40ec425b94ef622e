import type { GroupResource, KubernetesObject } from '../../../../kubernetes/index.ts'
import { forbidden, notFound, Refused } from '../../refusals.ts'
import type { AdmissionRequest, AdmissionSurroundings } from '../../stage.ts'

/** A request of a node. */
export interface NodeQuestion {
  readonly request: AdmissionRequest
  readonly surroundings: AdmissionSurroundings
  /** The node's name. */
  readonly node: string
}

/** @throws Refused, always */
export function refuse({ request }: NodeQuestion, cause: string): never {
  throw new Refused(forbidden(request, cause))
}

/**
 * An object that the request refers to; asked of the cluster where the view has not seen it yet.
 *
 * @param called - in the error, where there is none
 * @throws Refused 404 where there is none, 403 where it cannot be known
 */
export async function find(
  question: NodeQuestion,
  type: GroupResource,
  namespace: string,
  name: string,
  called = type.resource,
): Promise<KubernetesObject> {
  const { objects, lookUp } = question.surroundings
  const known = objects.get(type, namespace, name)
  if (known !== undefined) return known
  if (lookUp === undefined && !objects.isComplete(type))
    refuse(question, `the ${type.resource} of the cluster have not been read yet`)
  const found = await lookUp?.(type, namespace, name)
  if (found === undefined) throw new Refused(notFound({ ...type, resource: called }, name))
  return found
}
