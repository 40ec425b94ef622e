import {
  type FieldError,
  type FieldPath,
  goJson,
  invalid,
  notSupported,
  required,
  subdomainProblems,
} from '../../../kubernetes/index.ts'
import { type GroupResources, LEVELS, type Policy, type PolicyRule, STAGES } from './policy.ts'

/**
 * Validates an audit policy as the API server does when it starts.
 *
 * @returns the errors in the API server's words and order; a policy without rules is valid here, only the file loader
 *   refuses it
 * Source: k8s.io/apiserver, `pkg/apis/audit/validation`.
 */
export function validatePolicy(policy: Policy): FieldError[] {
  return [
    ...stageErrors(policy.omitStages, ['omitStages']),
    ...policy.rules.flatMap((rule, index) => ruleErrors(rule, ['rules', index])),
  ]
}

function ruleErrors(rule: PolicyRule, path: FieldPath): FieldError[] {
  const errors = [
    ...levelErrors(rule.level, [...path, 'level']),
    ...urlErrors(rule.nonResourceURLs, [...path, 'nonResourceURLs']),
    ...resourceErrors(rule.resources, [...path, 'resources']),
    ...stageErrors(rule.omitStages, [...path, 'omitStages']),
  ]
  const hasResources = rule.resources.length > 0 || rule.namespaces.length > 0
  if (rule.nonResourceURLs.length > 0 && hasResources)
    errors.push(
      invalid(
        [...path, 'nonResourceURLs'],
        goJson(rule.nonResourceURLs),
        'rules cannot apply to both regular resources and non-resource URLs',
      ),
    )
  return errors
}

function levelErrors(level: string, path: FieldPath): FieldError[] {
  if (level === '') return [required(path, '')]
  return LEVELS.some((known) => known === level) ? [] : [notSupported(path, goJson(level), LEVELS)]
}

function urlErrors(urls: readonly string[], path: FieldPath): FieldError[] {
  return urls.flatMap((url, index) => {
    if (url === '*') return []
    const place = [...path, index]
    const errors: FieldError[] = []
    if (!url.startsWith('/'))
      errors.push(invalid(place, url, "non-resource URL rules must begin with a '/' character"))
    if (url.slice(0, -1).includes('*'))
      errors.push(
        invalid(place, url, "non-resource URL wildcards '*' must be the final character of the rule"),
      )
    return errors
  })
}

/** The paths lack the entry's index, as Kubernetes' own do. */
function resourceErrors(entries: readonly GroupResources[], path: FieldPath): FieldError[] {
  return entries.flatMap(({ group, resources, resourceNames }) => {
    const errors: FieldError[] = []
    const problems = group === '' ? [] : groupProblems(group)
    if (problems.length > 0) errors.push(invalid([...path, 'group'], group, problems.join(',')))
    if (resourceNames.length > 0 && resources.length === 0)
      errors.push(
        invalid(
          [...path, 'resourceNames'],
          goJson(resourceNames),
          'using resourceNames requires at least one resource',
        ),
      )
    return errors
  })
}

/** "Group names must be lower case and be valid DNS subdomains"; the limit is one of bytes since Kubernetes 1.32. */
function groupProblems(group: string): string[] {
  return subdomainProblems(group).map((problem) => problem.replace(/characters$/, 'bytes'))
}

function stageErrors(stages: readonly string[], path: FieldPath): FieldError[] {
  return stages.flatMap((stage, index) => {
    if (STAGES.some((known) => known === stage)) return []
    return [invalid([...path, index], stage, `allowed stages are ${STAGES.join(',')}`)]
  })
}
