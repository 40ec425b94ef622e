import { subdomainProblems } from '../../../kubernetes/index.ts'

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end " +
  `with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`

/**
 * What is wrong with the name of a namespace, in Kubernetes' words; empty for a valid name.
 * Source: Kubernetes documentation, "Object Names and IDs", RFC 1123 Label Names.
 */
export function namespaceNameProblems(name: string): readonly string[] {
  const problems = Buffer.byteLength(name) > 63 ? ['must be no more than 63 bytes'] : []
  if (/^[-a-z0-9]+$/.test(name) && !name.startsWith('-') && !name.endsWith('-')) return problems
  // The name would do for most other objects: it is the dots that do not belong.
  if (subdomainProblems(name).length === 0) return [...problems, 'must not contain dots']
  return [...problems, LABEL_RULE]
}

/** What is wrong with the name of a RuntimeClass: it is a DNS subdomain name as most names are. */
export function runtimeClassNameProblems(name: string): readonly string[] {
  return subdomainProblems(name)
}

/** What is wrong with the name of a user: only that there is none. */
export function usernameProblems(name: string): readonly string[] {
  return name === '' ? ['username must not be empty'] : []
}
