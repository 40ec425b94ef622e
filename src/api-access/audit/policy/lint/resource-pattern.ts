import { nearestName } from '../../../../kubernetes/index.ts'
import { defineMessages, type Message, withParticle } from '../../../../messages/index.ts'
import { builtInResources, builtInSubresources, groupsOfResource } from './built-in-resources.ts'
import { AUDIT_REFERENCE, type PolicyCheck, type PolicySeverity } from './check.ts'

const messages = defineMessages('audit-resource-pattern', {
  'matches-nothing': {
    en: (d: { pattern: string }) =>
      `"${d.pattern}" matches nothing: a pattern is "*", "resource", "resource/subresource", "resource/*" or "*/subresource"`,
    ko: (d: { pattern: string }) =>
      `"${d.pattern}"에 맞는 리소스는 없습니다. "*", "리소스", "리소스/하위리소스", "리소스/*", "*/하위리소스" 가운데 한 형태로 쓰십시오`,
  },
  'resource-too': {
    en: (d: { pattern: string; resource: string }) =>
      `"${d.pattern}" matches ${d.resource} too, not only the subresources as the documentation has it`,
    ko: (d: { pattern: string; resource: string }) =>
      `${withParticle(`"${d.pattern}"`, '은/는')} 문서의 설명과 달리 하위 리소스뿐 아니라 ${d.resource} 자체에도 적용됩니다`,
  },
  'unknown-group': {
    en: (d: { group: string }) =>
      `there is no API group "${d.group}": the core group is "", and a group is named without its version`,
    ko: (d: { group: string }) =>
      `${withParticle(`"${d.group}"`, '은/는')} 없는 API 그룹입니다. 코어 그룹은 ""이며, 그룹은 버전 없이 씁니다`,
  },
  'other-group': {
    en: (d: { resource: string; group: string; groups: readonly string[] }) =>
      `${d.resource} are not in API group "${d.group}" but in ${d.groups.map((each) => `"${each}"`).join(', ')}`,
    ko: (d: { resource: string; group: string; groups: readonly string[] }) =>
      `${withParticle(d.resource, '은/는')} API 그룹 ${withParticle(`"${d.group}"`, '이/가')} 아니라 ${d.groups.map((each) => `"${each}"`).join(', ')}에 있습니다`,
  },
  unknown: {
    en: (d: { name: string; group: string; nearest: string }) =>
      `API group "${d.group}" has no ${d.name}${d.nearest === '' ? '' : `; did you mean ${d.nearest}?`}`,
    ko: (d: { name: string; group: string; nearest: string }) =>
      `API 그룹 "${d.group}"에 ${withParticle(d.name, '이/가')} 없습니다${d.nearest === '' ? '' : `. 혹시 ${withParticle(d.nearest, '을/를')} 찾으셨습니까?`}`,
  },
})

const { make } = messages

type Verdict = { readonly message: Message; readonly severity?: PolicySeverity } | undefined

/** Entries of `resources` that match nothing, or more than they seem to. */
export const resourcePattern: PolicyCheck = {
  id: 'audit-resource-pattern',
  severity: 'medium',
  title: { en: 'resource that matches nothing, or too much', ko: '맞는 것이 없거나 너무 많은 리소스' },
  messages,
  references: [AUDIT_REFERENCE],
  run({ policy }, report) {
    policy.rules.forEach(({ resources: entries }, rule) => {
      entries.forEach(({ group, resources }, entry) => {
        const place = ['rules', rule, 'resources', entry]
        const ofGroup = groupVerdict(group)
        if (ofGroup !== undefined) {
          report({ path: [...place, 'group'], ...ofGroup })
          return
        }
        resources.forEach((pattern, position) => {
          const verdict = patternVerdict(pattern, group)
          if (verdict !== undefined) report({ path: [...place, 'resources', position], ...verdict })
        })
      })
    })
  },
}

/** Names that people take for the core group's, which has none, and versions in a group's place. */
function groupVerdict(group: string): Verdict {
  if (group !== 'core' && !/^v\d+((alpha|beta)\d+)?$/.test(group)) return undefined
  return { severity: 'high', message: make['unknown-group']({ group }) }
}

function patternVerdict(pattern: string, group: string): Verdict {
  if (pattern === '*') return undefined
  const [resource = '', subresource, ...more] = pattern.split('/')
  const malformed = resource === '' || subresource === '' || more.length > 0 || pattern === '*/*'
  const wildcards = [resource, subresource ?? ''].some((part) => part !== '*' && part.includes('*'))
  if (malformed || wildcards) return { message: make['matches-nothing']({ pattern }) }
  const unknown = unknownName(resource, subresource, group)
  if (unknown !== undefined) return { message: unknown }
  return subresource === '*'
    ? { severity: 'low', message: make['resource-too']({ pattern, resource }) }
    : undefined
}

/** A misspelt name, told from the resources that come with Kubernetes. */
function unknownName(resource: string, subresource: string | undefined, group: string): Message | undefined {
  const known = builtInResources(group)
  if (known === undefined || resource === '*') return undefined
  if (!known.includes(resource)) {
    const groups = groupsOfResource(resource)
    if (groups.length > 0) return make['other-group']({ resource, group, groups })
    return make.unknown({ name: resource, group, nearest: nearestName(resource, known) ?? '' })
  }
  const subresources = builtInSubresources(resource)
  if (subresource === undefined || subresource === '*' || subresources.includes(subresource)) return undefined
  const nearest = nearestName(subresource, subresources)
  const name = `${resource}/${subresource}`
  return make.unknown({ name, group, nearest: nearest === undefined ? '' : `${resource}/${nearest}` })
}
