import type { AdmissionRequest } from '../../stage.ts'
import type { ResourceRule } from '../definitions.ts'

/**
 * Whether a request is one of those that rules are about (Kubernetes documentation, "Dynamic Admission Control",
 * "Matching requests: rules").
 *
 * @param matchPolicy - with `Equivalent` a rule also matches a request for another version of its group. The object is
 *   not converted: expressions see it in the version of the request
 */
export function matchesRules(
  rules: readonly ResourceRule[],
  matchPolicy: string,
  request: AdmissionRequest,
): boolean {
  return rules.some((rule) => {
    const { resourceNames = [] } = rule
    if (resourceNames.length > 0 && !resourceNames.includes(request.name)) return false
    return (
      matchesScope(rule, request) &&
      includes(rule.operations, request.operation) &&
      includes(rule.apiGroups, request.resource.group) &&
      (matchPolicy !== 'Exact' || includes(rule.apiVersions, request.resource.version)) &&
      matchesResource(rule.resources ?? [], request)
    )
  })
}

function includes(wanted: readonly string[] | undefined, value: string): boolean {
  return wanted !== undefined && (wanted.includes('*') || wanted.includes(value))
}

// `pods`, `pods/status`, `pods/*`, `*`, `*/scale`, `*/*`: without a slash no subresource is meant.
function matchesResource(resources: readonly string[], request: AdmissionRequest): boolean {
  return resources.some((pattern) => {
    const [resource = '', subresource = ''] = pattern.split('/')
    return (
      (resource === '*' || resource === request.resource.resource) &&
      (subresource === '*' || subresource === request.subresource)
    )
  })
}

/** "`Cluster` means that only cluster-scoped resources will match this rule (Namespace API objects are cluster-scoped)". */
function matchesScope({ scope = '*' }: ResourceRule, { resource, namespace }: AdmissionRequest): boolean {
  if (scope === '*') return true
  const isNamespace = resource.group === '' && resource.resource === 'namespaces'
  const isNamespaced = !isNamespace && namespace !== ''
  return scope === 'Namespaced' ? isNamespaced : !isNamespaced
}
