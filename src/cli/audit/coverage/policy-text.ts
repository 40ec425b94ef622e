import { Document, isMap, isScalar, isSeq, visit } from 'yaml'
import type { Policy, PolicyRule } from '../../../api-access/audit/index.ts'
import { displayWidth } from '../../../messages/index.ts'

/** Comments of a policy file, without the marks. */
export interface PolicyComments {
  readonly header: readonly string[]
  /** One for each rule. */
  readonly comments: readonly string[]
}

const WIDTH = 100

/** Writes a policy as a file for `--audit-policy-file`, in YAML, short lists on one line. */
export function policyText(policy: Policy, { header, comments }: PolicyComments): string {
  const document = new Document(policyFields(policy))
  document.commentBefore = header.map((text) => wrapped(text, WIDTH)).join('\n')
  const rules = document.get('rules')
  if (isSeq(rules))
    for (const [index, rule] of rules.items.entries())
      if (isMap(rule)) rule.commentBefore = wrapped(comments[index] ?? '', WIDTH - 4)
  visit(document, {
    Seq(_, list) {
      if (list.items.length > 0 && list.items.every(isScalar)) list.flow = true
    },
  })
  return document.toString({ lineWidth: WIDTH, flowCollectionPadding: false })
}

/** The policy as the object that a file says; lists that ask for nothing are left out. */
export function policyFields({ rules, omitStages, omitManagedFields }: Policy) {
  return {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    ...(omitStages.length > 0 && { omitStages }),
    ...(omitManagedFields && { omitManagedFields }),
    rules: rules.map(ruleFields),
  }
}

function ruleFields(rule: PolicyRule): Record<string, unknown> {
  const { level, users, userGroups, verbs, namespaces, nonResourceURLs, omitStages, omitManagedFields } = rule
  const resources = rule.resources.map(({ group, resources: patterns, resourceNames }) => ({
    group,
    ...(patterns.length > 0 && { resources: patterns }),
    ...(resourceNames.length > 0 && { resourceNames }),
  }))
  const lists = { users, userGroups, verbs, resources, namespaces, nonResourceURLs, omitStages }
  return {
    level,
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...(omitManagedFields !== undefined && { omitManagedFields }),
  }
}

/** Lines of a comment, each beginning with a space, broken between words. */
function wrapped(text: string, width: number): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && displayWidth(`${line} ${word}`) > width - 2) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((each) => ` ${each}`).join('\n')
}
