import {
  type FieldError,
  type FieldPath,
  goQuote,
  goSlice,
  invalid,
  notSupported,
  type ObjectMeta,
  pathSegmentProblems,
  required,
  subdomainProblems,
  validateLabelSelector,
  validateMetadata,
} from '../../../kubernetes/index.ts'
import {
  type Binding,
  type PolicyRule,
  RBAC_GROUP,
  type Role,
  type RoleSelector,
  type Subject,
} from './objects.ts'

/**
 * Validates a Role or ClusterRole as the API server does on creation.
 *
 * @param metadata - the object's, whole
 * @returns the errors in the API server's words and order
 * Source: kubernetes, `pkg/apis/rbac/validation`.
 */
export function validateRole(role: Role, metadata: ObjectMeta): FieldError[] {
  const namespaced = role.kind === 'Role'
  const errors = [
    ...validateMetadata(metadata, ['metadata'], { namespaced, nameProblems: pathSegmentProblems }),
    ...role.rules.flatMap((rule, index) => validatePolicyRule(rule, namespaced, ['rules', index])),
  ]
  const { aggregates } = role
  if (aggregates === undefined) return errors
  const path = ['aggregationRule', 'clusterRoleSelectors']
  if (aggregates.length === 0)
    errors.push(required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil'))
  return [...errors, ...aggregates.flatMap((selector, index) => selectorErrors(selector, [...path, index]))]
}

/** Validates a RoleBinding or ClusterRoleBinding in the same way. */
export function validateBinding(binding: Binding, metadata: ObjectMeta): FieldError[] {
  const namespaced = binding.kind === 'RoleBinding'
  return [
    ...validateMetadata(metadata, ['metadata'], { namespaced, nameProblems: pathSegmentProblems }),
    ...roleRefErrors(binding.roleRef, namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']),
    ...binding.subjects.flatMap((subject, index) => subjectErrors(subject, namespaced, ['subjects', index])),
  ]
}

function validatePolicyRule(rule: PolicyRule, namespaced: boolean, path: FieldPath): FieldError[] {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule
  const errors: FieldError[] = []
  if (verbs.length === 0) errors.push(required([...path, 'verbs'], 'verbs must contain at least one value'))
  if (nonResourceURLs.length > 0) {
    const place = [...path, 'nonResourceURLs']
    const value = goSlice('string', nonResourceURLs.map(goQuote))
    if (namespaced) errors.push(invalid(place, value, 'namespaced rules cannot apply to non-resource URLs'))
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0)
      errors.push(invalid(place, value, 'rules cannot apply to both regular resources and non-resource URLs'))
    return errors
  }
  if (apiGroups.length === 0)
    errors.push(required([...path, 'apiGroups'], 'resource rules must supply at least one api group'))
  if (resources.length === 0)
    errors.push(required([...path, 'resources'], 'resource rules must supply at least one resource'))
  return errors
}

function selectorErrors({ matchLabels, matchExpressions }: RoleSelector, path: FieldPath): FieldError[] {
  const selector = { matchLabels: Object.fromEntries(matchLabels), matchExpressions }
  const errors = validateLabelSelector(selector, path)
  // What cannot be made into a selector is told a second time.
  return errors.length === 0 ? [] : [...errors, invalid(path, null, 'invalid label selector.')]
}

function roleRefErrors({ apiGroup, kind, name }: Binding['roleRef'], kinds: readonly string[]): FieldError[] {
  const errors: FieldError[] = []
  if (apiGroup !== RBAC_GROUP) errors.push(notSupported(['roleRef', 'apiGroup'], apiGroup, [RBAC_GROUP]))
  if (!kinds.includes(kind)) errors.push(notSupported(['roleRef', 'kind'], kind, kinds))
  if (name === '') return [...errors, required(['roleRef', 'name'], '')]
  const problems = pathSegmentProblems(name)
  return [...errors, ...problems.map((problem) => invalid(['roleRef', 'name'], name, problem))]
}

function subjectErrors(subject: Subject, namespaced: boolean, path: FieldPath): FieldError[] {
  const { kind, apiGroup, name, namespace } = subject
  const errors: FieldError[] = name === '' ? [required([...path, 'name'], '')] : []
  if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== RBAC_GROUP) errors.push(notSupported([...path, 'apiGroup'], apiGroup, [RBAC_GROUP]))
    return errors
  }
  if (kind !== 'ServiceAccount')
    return [...errors, notSupported([...path, 'kind'], kind, ['ServiceAccount', 'User', 'Group'])]
  if (name !== '')
    errors.push(...subdomainProblems(name).map((problem) => invalid([...path, 'name'], name, problem)))
  if (apiGroup !== '') errors.push(notSupported([...path, 'apiGroup'], apiGroup, ['']))
  if (!namespaced && namespace === '') errors.push(required([...path, 'namespace'], ''))
  return errors
}
