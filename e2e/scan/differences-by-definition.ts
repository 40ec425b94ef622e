import type { Container, Pod } from '../../src/kubernetes/index.ts'

/** Pods of which policies and standards say different things by definition. */
export const DIFFERENCES_BY_DEFINITION: readonly {
  readonly reason: string
  /** Whether that is what explains a difference, given the offences that were found against the standard. */
  readonly explains: (pod: Pod, offences: readonly string[]) => boolean
}[] = [
  {
    reason: 'the standard allows all profiles of the node, a policy only those that it names',
    explains: (pod, offences) =>
      offences.length === 0 && /"localhost\/|"type":"Localhost"/.test(JSON.stringify(pod)),
  },
  {
    reason: 'MustRunAsNonRoot takes any user but 0, the standard asks for runAsNonRoot: true as well',
    explains: (pod, offences) =>
      offences.length > 0 &&
      offences.every((offence) => offence.startsWith('runAsNonRoot ')) &&
      containersOf(pod).some((container) => (userOf(pod, container) ?? 0) !== 0),
  },
  {
    reason: 'the standard forbids runAsUser: 0 of the pod where every container has its own user, too',
    explains: (pod, offences) =>
      offences.length > 0 &&
      offences.every((offence) => offence.startsWith('runAsUser spec.securityContext.')) &&
      containersOf(pod).every((container) => (userOf(pod, container) ?? 0) !== 0),
  },
]

function containersOf({ spec }: Pod): readonly Container[] {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]
}

function userOf({ spec }: Pod, { securityContext }: Container): number | undefined {
  return securityContext?.runAsUser ?? spec?.securityContext?.runAsUser
}
