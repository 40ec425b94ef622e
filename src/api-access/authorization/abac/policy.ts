/**
 * One line of an ABAC policy file, brought into the form of its newest version (Kubernetes documentation, "Using ABAC
 * Authorization", "Policy File Format"). Text that is not given is empty and matches only what is empty.
 */
export interface AbacPolicy {
  readonly user: string
  readonly group: string
  /** "When true, means that the Resource-matching policy only applies to get, list, and watch operations". */
  readonly readonly: boolean
  readonly apiGroup: string
  readonly resource: string
  readonly namespace: string
  readonly nonResourcePath: string
}
