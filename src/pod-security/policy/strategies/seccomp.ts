import { type FieldError, forbidden } from '../../../kubernetes/index.ts'
import { ANNOTATIONS, WILDCARD } from '../types.ts'

export type Annotations = Readonly<Record<string, string>>

/** A `seccompProfile` field, of a pod's or container's security context. */
interface SeccompProfile {
  readonly type?: string
  readonly localhostProfile?: string
}

/** What a pod says about seccomp: its annotations, and the field that follows them since Kubernetes 1.19. */
interface PodSeccomp {
  readonly annotations: Annotations
  readonly profile: SeccompProfile | undefined
}

interface ContainerSeccomp {
  readonly name: string
  readonly profile: SeccompProfile | undefined
}

/** Which seccomp profiles a pod may use ("Pod Security Policies", Seccomp): annotations on the policy say so. */
export interface SeccompStrategy {
  /** The value for the pod's annotation; empty where none is to be set. */
  generate(pod: PodSeccomp): string
  validatePod(pod: PodSeccomp): readonly FieldError[]
  validateContainer(pod: PodSeccomp, container: ContainerSeccomp): readonly FieldError[]
}

/** The runtime's own profile had two names, of which a policy that allows one allows the other. */
const RUNTIME_DEFAULT = ['runtime/default', 'docker/default'] as const

export function createSeccompStrategy(policyAnnotations: Annotations): SeccompStrategy {
  const given = policyAnnotations[ANNOTATIONS.seccompAllowed]
  const allowed = allowedProfiles(given)

  function validate(annotation: string, profile: string): FieldError[] {
    const path = ['pod', 'metadata', 'annotations', annotation]
    // "*: All profiles are allowed"
    if (allowed.has(WILDCARD)) return []
    if (allowed.size === 0) return profile === '' ? [] : [forbidden(path, 'seccomp may not be set')]
    if (allowed.has(profile)) return []
    const detail = `${profile} is not an allowed seccomp profile. Valid values are ${given ?? ''}`
    return [forbidden(path, detail)]
  }

  return {
    generate: (pod) => podProfile(pod) ?? policyAnnotations[ANNOTATIONS.seccompDefault] ?? '',
    validatePod: (pod) => validate(ANNOTATIONS.seccompPod, podProfile(pod) ?? ''),
    validateContainer: (pod, container) =>
      validate(ANNOTATIONS.seccompContainer + container.name, containerProfile(pod, container)),
  }
}

/** "allowedProfileNames - Annotation that specifies which values are allowed for the pod seccomp annotations … comma-delimited." */
function allowedProfiles(given: string | undefined): ReadonlySet<string> {
  if (given === undefined) return new Set()
  const profiles = new Set(given.split(','))
  if (RUNTIME_DEFAULT.some((name) => profiles.has(name)))
    for (const name of RUNTIME_DEFAULT) profiles.add(name)
  return profiles
}

/** The pod's profile in the annotation's notation: an annotation that says something comes first. */
function podProfile({ annotations, profile }: PodSeccomp): string | undefined {
  return annotations[ANNOTATIONS.seccompPod] || (profile && annotationOf(profile))
}

/** The container's profile: its field, its annotation, the pod's field, the pod's annotation. */
function containerProfile(pod: PodSeccomp, container: ContainerSeccomp): string {
  if (container.profile) return annotationOf(container.profile)
  const annotation = pod.annotations[ANNOTATIONS.seccompContainer + container.name]
  if (annotation !== undefined) return annotation
  return pod.profile ? annotationOf(pod.profile) : (pod.annotations[ANNOTATIONS.seccompPod] ?? '')
}

/** A field's value in the annotation's notation; empty where the field is incomplete or unknown. */
function annotationOf({ type, localhostProfile }: SeccompProfile): string {
  if (type === 'Unconfined') return 'unconfined'
  if (type === 'RuntimeDefault') return 'runtime/default'
  return type === 'Localhost' && typeof localhostProfile === 'string' ? `localhost/${localhostProfile}` : ''
}
