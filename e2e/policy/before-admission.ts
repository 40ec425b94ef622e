import type { Container, Pod, PodSpec } from '../../src/kubernetes/index.ts'

const PSP = 'kubernetes.io/psp'
const SECCOMP = /^(container\.)?seccomp\.security\.alpha\.kubernetes\.io\//

/**
 * The pod as the admission plugin met it: what the server made of it under a policy that changes nothing, without what
 * came after the plugin.
 *
 * @param created - the answer of the server to a dry run
 * @param given - the pod as it was sent
 */
export function beforeAdmission(created: Pod, given: Pod): Pod {
  const { annotations, ...stored } = settled(created)
  // "seccomp: fields and annotations are kept in step" only when the pod is about to be stored.
  const original = given.metadata?.annotations ?? {}
  const kept = Object.entries(annotations).filter(
    ([name]) => name in original || !(SECCOMP.test(name) || name === PSP),
  )
  const named =
    PSP in original ? { ...Object.fromEntries(kept), [PSP]: original[PSP] } : Object.fromEntries(kept)
  return {
    ...stored,
    metadata: {
      ...stored.metadata,
      ...(kept.length > 0 && { annotations: named as Record<string, string> }),
    },
    ...(stored.spec && { spec: withSeccompOf(given.spec ?? {}, stored.spec) }),
  }
}

/** What of a pod says something about it: without what differs from one creation to the next, and its status. */
export function settled(pod: Pod): Pod & { readonly annotations: Readonly<Record<string, string>> } {
  const { name, namespace, labels, annotations = {} } = pod.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(name && { name }),
      ...(namespace && { namespace }),
      ...(labels && { labels }),
    },
    ...(pod.spec && { spec: pod.spec }),
    annotations,
  }
}

function withSeccompOf(given: PodSpec, stored: PodSpec): PodSpec {
  const { securityContext, ...spec } = stored
  // The plugin meets an empty list, the answer leaves it out.
  const groups = given.securityContext?.supplementalGroups
  const noGroups = groups?.length === 0 && { supplementalGroups: groups }
  const containersOf = (list: 'containers' | 'initContainers') =>
    stored[list]?.map((container, index) => withoutNewSeccomp(given[list]?.[index], container))
  const containers = containersOf('containers')
  const initContainers = containersOf('initContainers')
  return {
    ...spec,
    ...(securityContext && {
      securityContext: {
        ...(given.securityContext?.seccompProfile ? securityContext : without(securityContext)),
        ...noGroups,
      },
    }),
    ...(containers && { containers }),
    ...(initContainers && { initContainers }),
  }
}

function withoutNewSeccomp(given: Container | undefined, container: Container): Container {
  const { securityContext, ...rest } = container
  if (securityContext?.seccompProfile === undefined || given?.securityContext?.seccompProfile)
    return container
  const left = without(securityContext)
  // The step that adds the profile adds the security context as well where there was none.
  return given?.securityContext ? { ...rest, securityContext: left } : rest
}

function without<Context extends { readonly seccompProfile?: unknown }>(context: Context): Context {
  const { seccompProfile: _, ...rest } = context
  return rest as Context
}
