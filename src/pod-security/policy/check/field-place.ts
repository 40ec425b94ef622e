import type { FieldPath } from '../../../kubernetes/index.ts'

/**
 * Where the field really stands that an error names. The API server names fields of a pod as they stand in its
 * internal form, some with `pod` before them.
 *
 * @param path - of an error of `PolicyProvider.validate`
 * @returns the path in the pod
 */
export function placeInPod(path: FieldPath): FieldPath {
  const place = path[0] === 'pod' ? path.slice(1) : path
  const last = place.at(-1)
  if (place[1] === 'securityContext' && typeof last === 'string' && HOST_NAMESPACES.has(last))
    return ['spec', last]
  if (place[1] === 'volumes' && last === 'pathPrefix') return [...place.slice(0, -1), 'path']
  if (place[1] === 'volumes' && last === 'driver' && place.length === 4)
    return [...place.slice(0, -1), 'flexVolume', 'driver']
  if (last === 'hostPort') return [...place.slice(0, -1), 'ports']
  return place
}

const HOST_NAMESPACES = new Set(['hostNetwork', 'hostPID', 'hostIPC'])
