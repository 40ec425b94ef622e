/**
 * Rules for names (Kubernetes documentation, "Object Names and IDs" and "Labels and Selectors"). Each function
 * returns what is wrong, in the API server's words; an empty list for a valid name. All run in linear time.
 */

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
  "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  `'${LABEL}(\\.${LABEL})*')`
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with " +
  `an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const QUALIFIED_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
const QUALIFIED_EXAMPLES = `(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`
const LABEL_VALUE_RULE =
  `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start ` +
  `and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${QUALIFIED})?')`

/** "Contain no more than 253 characters, only lowercase alphanumeric characters, '-' or '.'". */
export function subdomainProblems(name: string): string[] {
  const problems: string[] = []
  if (name.length > 253) problems.push('must be no more than 253 characters')
  if (!name.split('.').every(isDnsLabel)) problems.push(SUBDOMAIN_RULE)
  return problems
}

/** "Contain at most 63 characters, only lowercase alphanumeric characters or '-'". */
export function dnsLabelProblems(name: string): string[] {
  const problems: string[] = []
  if (name.length > 63) problems.push('must be no more than 63 characters')
  if (!isDnsLabel(name)) problems.push(LABEL_RULE)
  return problems
}

/** "The name may not be '.' or '..' and the name may not contain '/' or '%'". */
export function pathSegmentProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`)
}

/** "Valid label keys have two segments: an optional prefix and name, separated by a slash (/)". Annotations likewise. */
export function qualifiedNameProblems(value: string): string[] {
  const parts = value.split('/')
  const name = parts.at(-1) ?? ''
  const problems: string[] = []
  if (parts.length > 2) {
    const optionalPrefix = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
    return [`a qualified name ${QUALIFIED_RULE} ${QUALIFIED_EXAMPLES} ${optionalPrefix}`]
  }
  if (parts.length === 2) {
    const prefix = parts[0] ?? ''
    const found = prefix === '' ? ['must be non-empty'] : subdomainProblems(prefix)
    problems.push(...found.map((problem) => `prefix part ${problem}`))
  }
  if (name === '') problems.push('name part must be non-empty')
  else if (name.length > 63) problems.push('name part must be no more than 63 characters')
  if (!isQualified(name)) problems.push(`name part ${QUALIFIED_RULE} ${QUALIFIED_EXAMPLES}`)
  return problems
}

/** "Valid label value: must be 63 characters or less (can be empty)". */
export function labelValueProblems(value: string): string[] {
  const problems: string[] = []
  if (value.length > 63) problems.push('must be no more than 63 characters')
  if (value !== '' && !isQualified(value)) problems.push(LABEL_VALUE_RULE)
  return problems
}

function isDnsLabel(label: string): boolean {
  return /^[-a-z0-9]+$/.test(label) && !label.startsWith('-') && !label.endsWith('-')
}

function isQualified(name: string): boolean {
  return /^[-A-Za-z0-9_.]+$/.test(name) && !/^[-_.]/.test(name) && !/[-_.]$/.test(name)
}
