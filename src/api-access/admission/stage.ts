import type { GroupResource, KubernetesObject, ObjectView, ResourceType } from '../../kubernetes/index.ts'
import type { Decision, RequestAttributes, User } from '../request/index.ts'

/** `{apiVersion: 'v1', kind: 'ConfigMap'}` */
export interface ParamKind {
  readonly apiVersion: string
  readonly kind: string
}

/** `{group: 'apps', version: 'v1', kind: 'Deployment'}` */
export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

/** `{group: 'apps', version: 'v1', resource: 'deployments'}` */
export interface GroupVersionResource {
  readonly group: string
  readonly version: string
  readonly resource: string
}

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'

/** What admission looks at: the request of an `AdmissionReview` (admission.k8s.io/v1), without its envelope. */
export interface AdmissionRequest {
  readonly uid: string
  readonly operation: Operation
  readonly kind: GroupVersionKind
  readonly resource: GroupVersionResource
  /** `''` where the request is for the resource itself. */
  readonly subresource: string
  /** `''` for an object whose name the server makes (`generateName`). */
  readonly name: string
  /** `''` for a cluster-scoped object; a Namespace's own requests carry its name. */
  readonly namespace: string
  readonly user: User
  /** Absent for DELETE. For CONNECT the options, e.g. a PodExecOptions. */
  readonly object?: KubernetesObject
  /** For UPDATE and DELETE. */
  readonly oldObject?: KubernetesObject
  /** CreateOptions, UpdateOptions or DeleteOptions. */
  readonly options?: KubernetesObject
  readonly dryRun: boolean
}

/** Why a request is refused, as the `Status` that the client is sent. */
export interface Refusal {
  /** HTTP status, e.g. 403. */
  readonly code: number
  /** E.g. `Forbidden`, `Invalid`; as in `metav1.Status`. */
  readonly reason: string
  /** Kubernetes' own words where it has some: clients and people search for them. */
  readonly message: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** What a stage makes of a request. All fields are optional: an empty answer lets it pass unchanged. */
export interface StageOutcome {
  readonly refusal?: Refusal
  /** The object as changed; only from `mutate`. */
  readonly object?: KubernetesObject
  /** For the client's `Warning:` headers. */
  readonly warnings?: readonly string[]
  /** Keys with the stage's own prefix, e.g. `pod-security.kubernetes.io/enforce-policy`. */
  readonly auditAnnotations?: Readonly<Record<string, string>>
}

/** What stages are handed besides the request. */
export interface AdmissionSurroundings {
  readonly objects: ObjectView
  /** Whether the requester may do something else: for `use` of a policy, `escalate`, CEL's `authorizer`. */
  readonly authorize: (attributes: RequestAttributes) => Promise<Decision>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /**
   * Asks the cluster itself for one object, for what a view may not have seen yet: a namespace that was created a
   * moment ago. Absent where there is nobody to ask. @throws where no answer came
   */
  readonly lookUp?: (
    type: GroupResource,
    namespace: string,
    name: string,
  ) => Promise<KubernetesObject | undefined>
  /**
   * Finds as which resource the parameters of a policy are served, and sees that the view has them. Absent: the view has
   * what there is, and the resource is told by the kind's name. @returns undefined for a kind that is not served
   */
  readonly paramType?: (kind: ParamKind) => Promise<ResourceType | undefined>
}

/**
 * One pass over all stages that mutate. There is a second one where a webhook or a policy changed the object after
 * others had seen it (Kubernetes documentation, "Dynamic Admission Control", "Reinvocation policy").
 */
export interface MutationPass {
  readonly isReinvocation: boolean
  /** What a stage keeps from the first pass for the second, under its own name. */
  readonly memory: Map<string, unknown>
  /** Asks for the second pass; of no effect in the second. */
  requestReinvocation(): void
}

/**
 * One admission plugin. All that mutate run first, in order, then all that validate (Kubernetes documentation,
 * "Admission Control in Kubernetes", "Admission control phases"). A stage that throws refuses the request (500).
 */
export interface AdmissionStage {
  /** As `--enable-admission-plugins` names it: `PodSecurity`, `LimitRanger`. */
  readonly name: string
  mutate?(
    request: AdmissionRequest,
    surroundings: AdmissionSurroundings,
    pass: MutationPass,
  ): StageOutcome | Promise<StageOutcome>
  validate?(
    request: AdmissionRequest,
    surroundings: AdmissionSurroundings,
  ): StageOutcome | Promise<StageOutcome>
}
