import type { KubernetesObject, Pod } from '../../../../kubernetes/index.ts'
import { type AnyContainer, mapContainers } from '../pods/containers.ts'
import { limitsOf } from './limit-range.ts'

const ANNOTATION = 'kubernetes.io/limit-ranger'

type Amounts = Readonly<Record<string, string>>

/**
 * Gives containers the requests and limits that a LimitRange has for those who state none, and notes in an annotation
 * what was given.
 */
export function withDefaultResources(pod: Pod, limitRange: KubernetesObject): Pod {
  const ofContainers = limitsOf(limitRange).filter(({ type }) => type === 'Container')
  const requests: Amounts = Object.assign({}, ...ofContainers.map((limit) => limit.defaultRequest))
  const limits: Amounts = Object.assign({}, ...ofContainers.map((limit) => limit.default))
  const notes: string[] = []
  const defaulted = mapContainers(pod, ['containers', 'initContainers'], (container, list) => {
    const sort = list === 'containers' ? 'container' : 'init container'
    const given = withMissing(container, 'requests', requests)
    if (given.added.length > 0)
      notes.push(`${given.added.join(', ')} request for ${sort} ${container.name ?? ''}`)
    const limited = withMissing(given.container, 'limits', limits)
    if (limited.added.length > 0)
      notes.push(`${limited.added.join(', ')} limit for ${sort} ${container.name ?? ''}`)
    return limited.container
  })
  if (notes.length === 0) return pod
  const annotations = {
    ...defaulted.metadata?.annotations,
    [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}`,
  }
  return { ...defaulted, metadata: { ...defaulted.metadata, annotations } }
}

function withMissing(container: AnyContainer, field: 'requests' | 'limits', defaults: Amounts) {
  const given: Amounts = container.resources?.[field] ?? {}
  const added = Object.keys(defaults)
    .filter((name) => !Object.hasOwn(given, name))
    .sort()
  if (added.length === 0) return { container, added }
  const amounts = { ...given, ...Object.fromEntries(added.map((name) => [name, defaults[name] ?? '0'])) }
  return { container: { ...container, resources: { ...container.resources, [field]: amounts } }, added }
}
