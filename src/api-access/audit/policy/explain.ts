import { defineMessages, type Message } from '../../../messages/index.ts'
import { type AuditDecision, compilePolicy } from './compile.ts'
import { type AuditedRequest, coversResource, type Mismatch, mismatchOf } from './match.ts'
import type { GroupResources, Policy, PolicyRule } from './policy.ts'
import { type RecordedEvent, recordedEvents } from './recorded-events.ts'

/** A rule that comes before the one that decides, and why it does not apply. */
interface PassedRule {
  readonly rule: number
  readonly mismatch: Mismatch
  readonly message: Message
}

/** Why a policy records of a request what it records. */
export interface Explanation {
  readonly decision: AuditDecision
  /** Every rule before the deciding one; all rules where none decides. */
  readonly passed: readonly PassedRule[]
  /** What the request leaves in the log. */
  readonly events: readonly RecordedEvent[]
}

interface Listed {
  readonly listed: readonly string[]
  readonly given: string
}

const quoted = (values: readonly string[]) => values.map((value) => `"${value}"`).join(', ')
const quote = (value: string) => `"${value}"`

export const auditExplanationMessages = defineMessages('audit-explanation', {
  users: {
    en: (d: Listed) => `it is for the users ${quoted(d.listed)}; this one is ${quote(d.given)}`,
    ko: (d: Listed) => `사용자 ${quoted(d.listed)}에 대한 규칙인데 이 사용자는 ${quote(d.given)}입니다`,
  },
  'no-user': {
    en: (_: object) => 'it is for certain users or groups; this request has no authenticated user',
    ko: (_: object) => '특정 사용자나 그룹에 대한 규칙인데 이 요청에는 인증된 사용자가 없습니다',
  },
  userGroups: {
    en: (d: { listed: readonly string[]; given: readonly string[] }) =>
      `it is for the groups ${quoted(d.listed)}; the user is in ${d.given.length === 0 ? 'none' : quoted(d.given)}`,
    ko: (d: { listed: readonly string[]; given: readonly string[] }) =>
      `그룹 ${quoted(d.listed)}에 대한 규칙인데 사용자의 그룹은 ${d.given.length === 0 ? '없습니다' : `${quoted(d.given)}입니다`}`,
  },
  verbs: {
    en: (d: Listed) => `it is for the verbs ${d.listed.join(', ')}; this is ${quote(d.given)}`,
    ko: (d: Listed) => `동사 ${d.listed.join(', ')}에 대한 규칙인데 이 요청의 동사는 ${quote(d.given)}입니다`,
  },
  namespaces: {
    en: (d: Listed) => `it is for the namespaces ${quoted(d.listed)}; this is ${quote(d.given)}`,
    ko: (d: Listed) =>
      `네임스페이스 ${quoted(d.listed)}에 대한 규칙인데 이 요청의 네임스페이스는 ${quote(d.given)}입니다`,
  },
  resources: {
    en: (d: Listed) => `it is for ${d.listed.join(', ')}; this is ${d.given}`,
    ko: (d: Listed) => `${d.listed.join(', ')}에 대한 규칙인데 이 요청의 대상은 ${d.given}입니다`,
  },
  resourceNames: {
    en: (d: Listed) => `it is for the objects named ${quoted(d.listed)}; this is ${quote(d.given)}`,
    ko: (d: Listed) =>
      `이름이 ${quoted(d.listed)}인 오브젝트에 대한 규칙인데 이 요청의 이름은 ${quote(d.given)}입니다`,
  },
  nonResourceURLs: {
    en: (d: Listed) => `it is for the paths ${d.listed.join(', ')}; this is ${d.given}`,
    ko: (d: Listed) => `경로 ${d.listed.join(', ')}에 대한 규칙인데 이 요청의 경로는 ${d.given}입니다`,
  },
  'resource-request': {
    en: (_: object) => 'it is for non-resource paths; this request is for a resource',
    ko: (_: object) => '리소스가 아닌 경로에 대한 규칙인데 이 요청은 리소스에 대한 것입니다',
  },
  'non-resource-request': {
    en: (_: object) => 'it is for resources; this request is for a non-resource path',
    ko: (_: object) => '리소스에 대한 규칙인데 이 요청은 리소스가 아닌 경로에 대한 것입니다',
  },
})

const { make } = auditExplanationMessages

/** Explains a decision: "the FIRST matching rule is used", so each rule before it is told why it was not that one. */
export function explainDecision(policy: Policy, request: AuditedRequest): Explanation {
  const decision = compilePolicy(policy).decide(request)
  const passed: PassedRule[] = []
  for (const [rule, each] of policy.rules.entries()) {
    const mismatch = mismatchOf(each, request)
    if (mismatch === undefined) break
    passed.push({ rule, mismatch, message: mismatchMessage(each, request, mismatch) })
  }
  return { decision, passed, events: recordedEvents(decision, request) }
}

function mismatchMessage(rule: PolicyRule, request: AuditedRequest, mismatch: Mismatch): Message {
  const { user } = request
  switch (mismatch) {
    case 'users':
      return user === undefined ? make['no-user']({}) : make.users({ listed: rule.users, given: user.name })
    case 'userGroups':
      if (user === undefined) return make['no-user']({})
      return make.userGroups({ listed: rule.userGroups, given: user.groups })
    case 'verbs':
      return make.verbs({ listed: rule.verbs, given: request.verb })
    case 'namespaces':
      return make.namespaces({ listed: rule.namespaces, given: request.namespace })
    case 'resources':
      return resourceMessage(rule, request)
    case 'nonResourceURLs':
      return make.nonResourceURLs({ listed: rule.nonResourceURLs, given: request.path })
    case 'resource-request':
    case 'non-resource-request':
      return make[mismatch]({})
  }
}

/** Where only the object's name differs, that is what is said. */
function resourceMessage({ resources }: PolicyRule, request: AuditedRequest): Message {
  const { resource, subresource, apiGroup, name } = request
  const named = resources.filter((entry) => coversResource({ ...entry, resourceNames: [] }, request))
  if (named.length > 0)
    return make.resourceNames({ listed: named.flatMap(({ resourceNames }) => resourceNames), given: name })
  const combined = subresource === '' ? resource : `${resource}/${subresource}`
  return make.resources({ listed: resources.flatMap(entryText), given: qualified(combined, apiGroup) })
}

function entryText({ group, resources }: GroupResources): string[] {
  return resources.length === 0 ? [qualified('*', group)] : resources.map((name) => qualified(name, group))
}

/** As kubectl writes a resource of a group: `deployments.apps/scale`. */
function qualified(resource: string, group: string): string {
  if (group === '') return resource
  const slash = resource.indexOf('/')
  return slash < 0 ? `${resource}.${group}` : `${resource.slice(0, slash)}.${group}${resource.slice(slash)}`
}
