import type { GroupResource, KubernetesObject, Pod } from '../../../kubernetes/index.ts'
import {
  admitByPodSecurity,
  DEFAULT_MAX_PODS_TO_CHECK,
  DEFAULT_SETTINGS,
  decodeRequestObject,
  evaluateQuickly,
  type Labels,
  POD_SECURITY_PREFIX,
  type PodSecuritySettings,
} from '../../../pod-security/index.ts'
import { forbidden } from '../refusals.ts'
import type { AdmissionRequest, AdmissionStage, AdmissionSurroundings, StageOutcome } from '../stage.ts'

const NAMESPACES: GroupResource = { group: '', resource: 'namespaces' }
const PODS: GroupResource = { group: '', resource: 'pods' }

/** "These checks have a timeout of 1 second" (KEP-2579, Namespace policy update warnings). */
const EXISTING_PODS_MILLISECONDS = 1000

/**
 * The Pod Security Standards, as the labels of each namespace ask for them (Kubernetes documentation, "Pod Security
 * Admission").
 *
 * @param settings - of the cluster's PodSecurityConfiguration
 */
export function createPodSecurity(settings: PodSecuritySettings = DEFAULT_SETTINGS): AdmissionStage {
  return {
    name: 'PodSecurity',
    validate(request, surroundings) {
      const { namespace } = request
      // A Namespace's own request carries the labels that count.
      if (namespace === '' || (request.resource.group === '' && request.resource.resource === 'namespaces'))
        return decide(request, surroundings, settings, undefined)
      const stored = surroundings.objects.get(NAMESPACES, '', namespace)
      if (stored !== undefined || surroundings.lookUp === undefined)
        return decide(request, surroundings, settings, stored)
      return surroundings
        .lookUp(NAMESPACES, '', namespace)
        .then((found) => decide(request, surroundings, settings, found))
    },
  }
}

function decide(
  request: AdmissionRequest,
  { objects, now }: AdmissionSurroundings,
  settings: PodSecuritySettings,
  namespace: KubernetesObject | undefined,
): StageOutcome {
  const deadline = now() + EXISTING_PODS_MILLISECONDS
  const { kind } = request
  const response = admitByPodSecurity(
    {
      ...request,
      user: request.user.name,
      object: decodeRequestObject(request.object, kind),
      oldObject: decodeRequestObject(request.oldObject, kind),
    },
    {
      settings,
      evaluate: evaluateQuickly,
      namespaceLabels: () => (namespace === undefined ? undefined : labelsOf(namespace)),
      podsIn: (name) =>
        objects.isComplete(PODS) ? ([...objects.list(PODS, name)] as readonly Pod[]) : undefined,
      maxPodsToCheck: DEFAULT_MAX_PODS_TO_CHECK,
      isTimeUp: () => now() > deadline,
    },
  )
  const annotations = Object.entries(response.auditAnnotations).map(([key, value]) => [
    `${POD_SECURITY_PREFIX}${key}`,
    value,
  ])
  const { status, warnings } = response
  return {
    warnings,
    ...(annotations.length > 0 && { auditAnnotations: Object.fromEntries(annotations) }),
    ...(status !== undefined && { refusal: { ...forbidden(request, ''), ...status } }),
  }
}

function labelsOf({ metadata }: KubernetesObject): Labels {
  return metadata?.labels ?? {}
}
