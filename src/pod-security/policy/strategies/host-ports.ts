import type { V1ContainerPort } from '@kubernetes/client-node'
import { type FieldError, type FieldPath, type Given, invalid } from '../../../kubernetes/index.ts'
import { formatPortRanges, inRanges } from '../range.ts'
import type { Range } from '../types.ts'

/**
 * "HostPorts - Provides a list of ranges of allowable ports in the host network namespace."
 *
 * @param path - the container
 * @param defaultsToContainerPort - in the host's network every container port is a host port: the API server fills
 *   it in for init and ordinary containers before any admission
 */
export function validateHostPorts(
  allowed: readonly Range[],
  path: FieldPath,
  ports: readonly Given<V1ContainerPort>[],
  defaultsToContainerPort: boolean,
): FieldError[] {
  const errors: FieldError[] = []
  for (const port of ports) {
    const hostPort = port.hostPort || (defaultsToContainerPort && port.containerPort) || 0
    if (hostPort <= 0 || inRanges(hostPort, allowed)) continue
    const detail = `Host port ${hostPort} is not allowed to be used. Allowed ports: [${formatPortRanges(allowed)}]`
    errors.push(invalid([...path, 'hostPort'], hostPort, detail))
  }
  return errors
}
