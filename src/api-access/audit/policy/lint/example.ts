import { RESOURCE, type Region } from './region.ts'
import { NO_GROUP } from './rule-region.ts'
import { has, type ValueSet } from './value-set.ts'

/** What a reader knows, tried first. */
const VERBS = ['get', 'list', 'create', 'update', 'patch', 'delete', 'watch', 'deletecollection']
const HTTP_VERBS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options']
const RESOURCES: readonly (readonly [group: string, resource: string])[] = [
  ['', 'pods'],
  ['', 'services'],
  ['', 'nodes'],
  ['apps', 'deployments'],
  ['batch', 'jobs'],
  ['rbac.authorization.k8s.io', 'clusterroles'],
  ['example.com', 'widgets'],
]
const PATHS = ['/metrics', '/healthz', '/version', '/api', '/anything']

/**
 * One request of a region as people write it: `get pods/log in default by jane`. It is the same in every language.
 *
 * @param region - not empty
 */
export function exampleOf(region: Region): string {
  const text = has(region.kind, RESOURCE)
    ? `${pick(region.verb, VERBS, 'proxy')} ${resourceOf(region)}`
    : `${pick(region.verb, HTTP_VERBS, 'trace')} ${pick(region.path, PATHS, '/other')}`
  const user = region.user.inverted ? undefined : first(region.user)
  const group = region.group.inverted || has(region.group, NO_GROUP) ? undefined : first(region.group)
  const who = [user, group === undefined ? undefined : `(${group})`].filter((part) => part !== undefined)
  return who.length === 0 ? text : `${text}, ${who.join(' ')}`
}

function resourceOf(region: Region): string {
  const known = RESOURCES.find(([group, name]) => has(region.apiGroup, group) && has(region.resource, name))
  const group = known?.[0] ?? pick(region.apiGroup, [], 'example.com')
  const resource = known?.[1] ?? pick(region.resource, [], 'widgets')
  const subresource = pick(region.subresource, ['', 'status', 'log'], 'scale')
  const name = region.name.inverted ? '' : ` ${first(region.name) ?? ''}`
  const namespace = region.namespace.inverted ? '' : ` -n ${JSON.stringify(first(region.namespace) ?? '')}`
  const qualified = group === '' ? resource : `${resource}.${group}`
  return `${qualified}${subresource === '' ? '' : `/${subresource}`}${name}${namespace}`
}

function pick(set: ValueSet, preferred: readonly string[], otherwise: string): string {
  return preferred.find((value) => has(set, value)) ?? first(set) ?? otherwise
}

function first({ values, inverted }: ValueSet): string | undefined {
  if (inverted) return undefined
  for (const value of values) return value
  return undefined
}
