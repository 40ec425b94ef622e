/**
 * Who makes a request, as authentication found out (Kubernetes documentation, "Authenticating", "User information").
 */
export interface User {
  /** E.g. `jane`, `system:serviceaccount:shop:default`. */
  readonly name: string
  /** "each of which is a set of named logical collection of users", e.g. `system:authenticated`. */
  readonly groups: readonly string[]
  readonly uid?: string
  /** Further claims, e.g. `scopes`. */
  readonly extra?: Readonly<Record<string, readonly string[]>>
}
