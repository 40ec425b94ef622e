import type { AllowedHostPath } from '../types.ts'

/**
 * Whether a policy lets a host path be mounted. "AllowedHostPaths - This specifies a list of host paths that are
 * allowed to be used by hostPath volumes. An empty list means there is no restriction on host paths used."
 *
 * @returns `read-only` where every mount of the volume must be read-only
 */
export function judgeHostPath(
  allowed: readonly AllowedHostPath[],
  hostPath: string,
): 'allowed' | 'read-only' | 'denied' {
  if (allowed.length === 0) return 'allowed'
  const matching = allowed.filter(({ pathPrefix = '' }) => hasPathPrefix(hostPath, pathPrefix))
  if (matching.length === 0) return 'denied'
  return matching.some(({ readOnly }) => readOnly !== true) ? 'allowed' : 'read-only'
}

/** "`/foo` would allow `/foo`, `/foo/` and `/foo/bar`; `/foo` would not allow `/food` or `/etc/foo`." */
function hasPathPrefix(path: string, prefix: string): boolean {
  const wanted = withoutTrailingSlash(prefix)
  const actual = withoutTrailingSlash(path)
  return actual === wanted || actual.startsWith(`${wanted}/`)
}

function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
