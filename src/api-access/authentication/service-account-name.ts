/** A service account by where it is. */
export interface ServiceAccountName {
  readonly namespace: string
  readonly name: string
}

const PREFIX = 'system:serviceaccount:'

/** `system:serviceaccount:<namespace>:<name>` */
export function serviceAccountUserName({ namespace, name }: ServiceAccountName): string {
  return `${PREFIX}${namespace}:${name}`
}

/** "system:serviceaccounts" and "system:serviceaccounts:<namespace>" (Kubernetes documentation, "Service account tokens"). */
export function serviceAccountGroups({ namespace }: ServiceAccountName): readonly string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
}

/** @returns undefined for the name of any other user */
export function splitServiceAccountName(user: string): ServiceAccountName | undefined {
  if (!user.startsWith(PREFIX)) return undefined
  const [namespace = '', name = '', ...others] = user.slice(PREFIX.length).split(':')
  const isLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)
  const isSubdomain = name.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)
  return isLabel && isSubdomain && others.length === 0 ? { namespace, name } : undefined
}
