import type { GroupResource, KubernetesObject } from '../../../kubernetes/index.ts'
import { errorText } from '../../../messages/index.ts'
import { internalError, notFound, Refused } from '../refusals.ts'
import type { AdmissionSurroundings } from '../stage.ts'

export const NAMESPACES: GroupResource = { group: '', resource: 'namespaces' }

/**
 * A namespace, from the view or, where that has not seen it yet, from the cluster itself.
 *
 * @returns undefined where there is none
 * @throws Refused 500 where it cannot be known: the view is not complete, or the cluster does not answer
 */
export async function findNamespace(
  name: string,
  { objects, lookUp }: AdmissionSurroundings,
): Promise<KubernetesObject | undefined> {
  const known = objects.get(NAMESPACES, '', name)
  if (known !== undefined) return known
  if (lookUp === undefined) {
    if (objects.isComplete(NAMESPACES)) return undefined
    throw new Refused(internalError('the namespaces of the cluster have not been read yet'))
  }
  try {
    return await lookUp(NAMESPACES, '', name)
  } catch (error) {
    throw new Refused(internalError(errorText(error)))
  }
}

/** @throws Refused 404 where there is no such namespace; 500 as `findNamespace` */
export async function namespaceOf(
  name: string,
  surroundings: AdmissionSurroundings,
): Promise<KubernetesObject> {
  const namespace = await findNamespace(name, surroundings)
  if (namespace === undefined) throw new Refused(notFound(NAMESPACES, name))
  return namespace
}
