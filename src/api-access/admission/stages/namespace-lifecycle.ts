import { LRUCache } from 'lru-cache'
import type { KubernetesObject } from '../../../kubernetes/index.ts'
import { forbidden, notFound } from '../refusals.ts'
import type { AdmissionRequest, AdmissionStage, AdmissionSurroundings } from '../stage.ts'
import { findNamespace, NAMESPACES } from './namespace-of.ts'

/** "This admission controller also prevents the deletion of three system reserved namespaces" (NamespaceLifecycle). */
const IMMORTAL = new Set(['default', 'kube-system', 'kube-public'])

/** How long a view of a namespace that was asked to go is not believed. */
const DOUBT_MILLISECONDS = 30_000

/**
 * "Enforces that a Namespace that is undergoing termination cannot have new objects created in it, and ensures that
 * requests in a non-existent Namespace are rejected" (Kubernetes documentation, "NamespaceLifecycle").
 */
export function createNamespaceLifecycle(): AdmissionStage {
  const deleted = new LRUCache<string, number>({ max: 100 })
  return {
    name: 'NamespaceLifecycle',
    async mutate(request, surroundings) {
      const { operation, kind, name, namespace } = request
      if (operation === 'CONNECT') return {}
      const isNamespace = kind.group === '' && kind.kind === 'Namespace'
      if (operation === 'DELETE' && isNamespace && IMMORTAL.has(name))
        return { refusal: forbidden(request, 'this namespace may not be deleted') }
      if (isNamespace) {
        if (operation === 'DELETE') deleted.set(name, surroundings.now())
        return {}
      }
      if (namespace === '' || operation === 'DELETE' || isAccessReview(request)) return {}

      const since = deleted.get(namespace)
      const isDoubtful = since !== undefined && surroundings.now() - since < DOUBT_MILLISECONDS
      const found = await lookAt(namespace, surroundings, isDoubtful)
      if (found === undefined) return { refusal: notFound(NAMESPACES, namespace) }
      if (operation !== 'CREATE' || phaseOf(found) !== 'Terminating') return {}
      return { refusal: terminating(request) }
    },
  }
}

async function lookAt(
  name: string,
  surroundings: AdmissionSurroundings,
  isDoubtful: boolean,
): Promise<KubernetesObject | undefined> {
  const found = await findNamespace(name, surroundings)
  if (!isDoubtful || found === undefined || phaseOf(found) === 'Terminating') return found
  return surroundings.lookUp === undefined ? found : surroundings.lookUp(NAMESPACES, '', name)
}

/** Who may not see a namespace must not learn from the answer whether there is one. */
function isAccessReview({ resource }: AdmissionRequest): boolean {
  return resource.group === 'authorization.k8s.io' && resource.resource === 'localsubjectaccessreviews'
}

function phaseOf(namespace: KubernetesObject): unknown {
  const status = namespace['status']
  return typeof status === 'object' && status !== null && 'phase' in status ? status.phase : undefined
}

function terminating(request: AdmissionRequest) {
  const { namespace } = request
  const cause = `unable to create new content in namespace ${namespace} because it is being terminated`
  const refusal = forbidden(request, cause)
  const causes = [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ]
  return { ...refusal, details: { ...refusal.details, causes } }
}
