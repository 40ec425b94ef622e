import { defineMessages, withParticle } from '../../../../messages/index.ts'
import type { PolicyRule } from '../policy.ts'
import { RESOURCE_VERBS } from '../verbs.ts'
import { AUDIT_REFERENCE, type PolicyCheck } from './check.ts'

const messages = defineMessages('audit-unmatchable-value', {
  wildcard: {
    en: (d: { field: string; value: string; all: boolean }) =>
      `"${d.value}" is no wildcard in ${d.field} but a name like any other, which nothing has; leave ${d.field} out to match all${d.all ? ' (as it stands this rule matches nothing)' : ''}`,
    ko: (d: { field: string; value: string; all: boolean }) =>
      `${d.field}에서 "${d.value}"${particle(d.value, '은/는')} 와일드카드가 아니라 보통 이름으로 취급되며, 그런 이름은 없습니다. 모두에 적용하려면 ${withParticle(d.field, '을/를')} 빼십시오${d.all ? '(지금은 이 규칙에 맞는 요청이 없습니다)' : ''}`,
  },
  verb: {
    en: (d: { value: string; known: readonly string[]; all: boolean }) =>
      `no request has the verb "${d.value}"; it is one of: ${d.known.join(', ')}${d.all ? ' (as it stands this rule matches nothing)' : ''}`,
    ko: (d: { value: string; known: readonly string[]; all: boolean }) =>
      `동사가 "${d.value}"인 요청은 없습니다. 가능한 동사: ${d.known.join(', ')}${d.all ? ' (지금은 이 규칙에 맞는 요청이 없습니다)' : ''}`,
  },
})

/**
 * Verbs that the API server gives to requests for objects, `proxy` to those of the paths that begin with it.
 * Authorization's `bind`, `use`, `impersonate` are none.
 */
const OBJECT_VERBS: readonly string[] = [...RESOURCE_VERBS, 'proxy']

/** "For non-resource requests, this is the lower-cased HTTP method." */
const HTTP_VERBS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'connect', 'trace']

/** Fields that are compared letter by letter, whatever stands in them. */
const LITERAL_FIELDS = ['users', 'userGroups', 'verbs', 'namespaces'] as const

/** Values that no request can have: wildcards as RBAC has them, verbs in capitals, verbs of authorization only. */
export const unmatchableValue: PolicyCheck = {
  id: 'audit-unmatchable-value',
  severity: 'medium',
  title: { en: 'value that no request has', ko: '어떤 요청에도 맞지 않는 값' },
  messages,
  references: [AUDIT_REFERENCE],
  run({ policy }, report) {
    const { make } = messages
    policy.rules.forEach((rule, index) => {
      const verbs = verbsFor(rule)
      const isDead = (field: (typeof LITERAL_FIELDS)[number], value: string) =>
        value.includes('*') || (field === 'verbs' && !verbs.includes(value))
      for (const field of LITERAL_FIELDS) {
        const all = rule[field].every((value) => isDead(field, value))
        rule[field].forEach((value, position) => {
          if (!isDead(field, value)) return
          report({
            path: ['rules', index, field, position],
            ...(all && { severity: 'high' }),
            message: value.includes('*')
              ? make.wildcard({ field, value, all })
              : make.verb({ value, known: verbs, all }),
          })
        })
      }
      rule.resources.forEach(({ resourceNames }, entry) => {
        resourceNames.forEach((value, position) => {
          if (!value.includes('*')) return
          const all = resourceNames.every((name) => name.includes('*'))
          report({
            path: ['rules', index, 'resources', entry, 'resourceNames', position],
            message: make.wildcard({
              field: 'resourceNames',
              value,
              all: all && rule.resources.length === 1,
            }),
          })
        })
      })
    })
  },
}

function verbsFor({ resources, namespaces, nonResourceURLs }: PolicyRule): readonly string[] {
  if (resources.length > 0 || namespaces.length > 0) return OBJECT_VERBS
  if (nonResourceURLs.length > 0) return HTTP_VERBS
  return [...new Set([...OBJECT_VERBS, ...HTTP_VERBS])]
}

/** Only the particle: a quotation mark stands between it and the word. */
function particle(word: string, pair: '은/는'): string {
  return withParticle(word, pair).slice(word.length)
}
