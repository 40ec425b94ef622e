import type { GroupResource, KubernetesObject, Pod } from '../../../kubernetes/index.ts'
import {
  admitByPodSecurityPolicy,
  createProvider,
  decodePolicy,
  type PolicyAdmission,
  type PolicyProvider,
  serviceAccountUser,
} from '../../../pod-security/index.ts'
import type { User } from '../../request/index.ts'
import { forbidden } from '../refusals.ts'
import type { AdmissionRequest, AdmissionStage, AdmissionSurroundings, StageOutcome } from '../stage.ts'
import { isAboutPods, objectOf, podOf } from './pods/pod-request.ts'

/** Since 1.16 in the group `policy`, before it in `extensions`; rights on either count. */
const GROUPS = ['policy', 'extensions'] as const
const RESOURCE = 'podsecuritypolicies'
const POLICIES: GroupResource = { group: 'policy', resource: RESOURCE }

/**
 * PodSecurityPolicy, for clusters that still have it and for those that lost it with 1.25: a pod needs a policy that
 * its creator, or its service account, may `use` (Kubernetes documentation, "Pod Security Policies"). Defaults of the
 * policy are set on creation; updates are only judged.
 */
export function createPodSecurityPolicy(): AdmissionStage {
  const providers = new WeakMap<KubernetesObject, PolicyProvider | undefined>()
  const providerOf = (policy: KubernetesObject): PolicyProvider[] => {
    if (!providers.has(policy)) {
      const provider = createProvider(decodePolicy(policy).policy)
      providers.set(policy, 'reasons' in provider ? undefined : provider)
    }
    return [providers.get(policy) ?? []].flat()
  }

  async function judge(
    request: AdmissionRequest,
    surroundings: AdmissionSurroundings,
    operation: 'CREATE' | 'UPDATE',
  ): Promise<PolicyAdmission> {
    const pod = podOf(request.object)
    const found = [...surroundings.objects.list(POLICIES)].flatMap(providerOf)
    const usable = await usableBy(request, pod, found, surroundings)
    return admitByPodSecurityPolicy({
      operation,
      pod,
      oldPod: request.oldObject === undefined ? undefined : podOf(request.oldObject),
      providers: found,
      isAuthorized: (policy) => usable.has(policy),
    })
  }

  return {
    name: 'PodSecurityPolicy',
    async mutate(request, surroundings) {
      if (!isAboutPods(request) || request.operation !== 'CREATE') return {}
      if (!surroundings.objects.isComplete(POLICIES)) return { refusal: notReady(request) }
      const admission = await judge(request, surroundings, 'CREATE')
      if (admission.denial !== undefined) return denied(request, admission)
      // What validates is told when it does: other stages may still change the pod.
      const auditAnnotations = only(admission.auditAnnotations, 'admit-policy')
      return { object: objectOf(admission.pod), auditAnnotations }
    },
    async validate(request, surroundings) {
      const { operation } = request
      if (!isAboutPods(request) || (operation !== 'CREATE' && operation !== 'UPDATE')) return {}
      if (!surroundings.objects.isComplete(POLICIES)) return { refusal: notReady(request) }
      const admission = await judge(request, surroundings, 'UPDATE')
      if (admission.denial !== undefined) return denied(request, admission)
      return { auditAnnotations: admission.auditAnnotations }
    },
  }
}

function denied(request: AdmissionRequest, { denial = '' }: PolicyAdmission): StageOutcome {
  return { refusal: forbidden(request, denial) }
}

function notReady(request: AdmissionRequest) {
  return forbidden(request, 'not yet ready to handle request')
}

function only(annotations: Readonly<Record<string, string>>, name: string) {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key.endsWith(`/${name}`)))
}

/** The policies that the pod's service account or the requester may use in the pod's namespace. */
async function usableBy(
  { user, namespace }: AdmissionRequest,
  { spec }: Pod,
  providers: readonly PolicyProvider[],
  { authorize }: AdmissionSurroundings,
): Promise<ReadonlySet<string>> {
  const account = spec?.serviceAccountName ?? ''
  const users: readonly User[] = [...(account === '' ? [] : [serviceAccountUser(namespace, account)]), user]
  const mayUse = async (name: string) => {
    for (const each of users)
      for (const apiGroup of GROUPS) {
        const { verdict } = await authorize({
          user: each,
          verb: 'use',
          apiGroup,
          apiVersion: '*',
          resource: RESOURCE,
          subresource: '',
          namespace,
          name,
          path: '',
          resourceRequest: true,
        })
        if (verdict === 'allow') return true
      }
    return false
  }
  const allowed = await Promise.all(providers.map(async ({ name }) => ((await mayUse(name)) ? [name] : [])))
  return new Set(allowed.flat())
}
