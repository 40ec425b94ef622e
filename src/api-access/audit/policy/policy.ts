/** How much of a request is recorded, from nothing to everything (audit.k8s.io/v1, `Level`). */
export const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const
export type Level = (typeof LEVELS)[number]

/** When in the handling of a request an event is made (audit.k8s.io/v1, `Stage`), in the order of time. */
export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const
export type Stage = (typeof STAGES)[number]

/** "Group is the name of the API group that contains the resources. The empty string represents the core API group." */
export interface GroupResources {
  readonly group: string
  /** "An empty list implies all resources and subresources in this API groups apply." */
  readonly resources: readonly string[]
  /** "An empty list implies that every instance of the resource is matched." */
  readonly resourceNames: readonly string[]
}

/** "Requests must match the rules of every field (an intersection of rules)"; an empty list asks for nothing. */
export interface PolicyRule {
  /** One of `LEVELS` in a policy that has been found valid. */
  readonly level: string
  readonly users: readonly string[]
  /** "A user is considered matching if it is a member of any of the UserGroups." */
  readonly userGroups: readonly string[]
  readonly verbs: readonly string[]
  readonly resources: readonly GroupResources[]
  /** "The empty string "" matches non-namespaced resources." */
  readonly namespaces: readonly string[]
  readonly nonResourceURLs: readonly string[]
  /** Of `STAGES` in a valid policy. */
  readonly omitStages: readonly string[]
  /** Overrides the policy's where it is set. */
  readonly omitManagedFields?: boolean
}

/** Matches every request, and records nothing of it: what other rules are made from. */
export const RECORD_NOTHING: PolicyRule = {
  level: 'None',
  users: [],
  userGroups: [],
  verbs: [],
  resources: [],
  namespaces: [],
  nonResourceURLs: [],
  omitStages: [],
}

/**
 * An audit policy with every absent field at its zero value (Kubernetes documentation, "kube-apiserver Audit
 * Configuration (v1)", `Policy`). v1beta1 and v1alpha1 have the same form.
 */
export interface Policy {
  /** "The FIRST matching rule is used." */
  readonly rules: readonly PolicyRule[]
  /** "This can also be specified per rule in which case the union of both are omitted." */
  readonly omitStages: readonly string[]
  readonly omitManagedFields: boolean
}

export const AUDIT_GROUP = 'audit.k8s.io'
export const POLICY_KIND = 'Policy'

/** The newest first; the others were removed in Kubernetes 1.24. */
export const POLICY_VERSIONS = ['v1', 'v1beta1', 'v1alpha1'] as const
