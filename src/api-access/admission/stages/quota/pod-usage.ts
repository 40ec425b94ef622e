import { type Pod, type Quantity, quantityOf } from '../../../../kubernetes/index.ts'
import { type AnyContainer, containersOf } from '../pods/containers.ts'
import { withPodLevelResources } from '../pods/pod-level-resources.ts'
import { add, larger, mask, NOTHING, type ResourceList, resourceListOf } from '../pods/resource-list.ts'
import { CLASS_AS_RESOURCE } from './device-classes.ts'

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage']
const ONE = quantityOf(1)

/**
 * What a pod takes of a quota. `count/pods` counts every pod that is stored, all else only those that run or will:
 * not one that has ended, or whose time to end is over (`pkg/quota/v1/evaluator/core`, `PodUsageFunc`).
 *
 * @param now - milliseconds since 1970
 */
export function usageOfPod(pod: Pod, now: number): ResourceList {
  const counted = new Map([['count/pods', ONE]])
  if (hasEnded(pod, now)) return counted
  const overhead = resourceListOf(pod.spec?.overhead)
  const requests = add(totalOf(pod, 'requests'), overhead)
  const limits = totalOf(pod, 'limits')
  // What is not limited does not become so by what the runtime itself needs.
  const ofLimited = mask(overhead, new Set(limits.keys()))
  return add(counted, charged(requests, add(limits, ofLimited)))
}

/** The names under which a quota counts what a container or a pod requests and is limited to. */
export function charged(requests: ResourceList, limits: ResourceList): ResourceList {
  const usage = new Map<string, Quantity>([['pods', ONE]])
  for (const name of COMPUTE) {
    const request = requests.get(name)
    const limit = limits.get(name)
    if (request !== undefined) usage.set(name, request).set(`requests.${name}`, request)
    if (limit !== undefined) usage.set(`limits.${name}`, limit)
  }
  for (const [name, amount] of requests) {
    if (name.startsWith('hugepages-')) usage.set(name, amount).set(`requests.${name}`, amount)
    else if (isExtended(name)) usage.set(`requests.${name}`, amount)
  }
  return usage
}

/**
 * "Extended resources are fully-qualified resource names outside the kubernetes.io domain" ("Managing Resources for
 * Containers"), and devices of a class that are asked for as such (`deviceclass.resource.kubernetes.io/CLASS`).
 */
export function isExtended(name: string): boolean {
  if (name.startsWith(CLASS_AS_RESOURCE)) return true
  return name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.')
}

/**
 * What the pod states for all of it, else the containers together, or where that is more what runs while the pod starts:
 * an init container beside those that go on running ("Sidecar Containers", Resource sharing within containers).
 */
function totalOf(pod: Pod, field: 'requests' | 'limits'): ResourceList {
  const listOf = (container: AnyContainer) => heldBy(container, pod, field)
  let running = containersOf(pod, ['containers']).map(listOf).reduce(add, NOTHING)
  let sidecars = NOTHING
  let starting = NOTHING
  for (const container of containersOf(pod, ['initContainers'])) {
    const asked = listOf(container)
    if ('restartPolicy' in container && container.restartPolicy === 'Always') {
      running = add(running, asked)
      sidecars = add(sidecars, asked)
      starting = larger(starting, sidecars)
    } else starting = larger(starting, add(asked, sidecars))
  }
  return withPodLevelResources(larger(running, starting), pod, field)
}

/**
 * What a container asks for, or where that is more what it still has: "the resources are the larger of the desired and the
 * actual ones" while it is being resized (component-helpers, `resource`, `UseStatusResources`).
 */
function heldBy(
  { name, resources, ...container }: AnyContainer,
  { spec, status }: Pod,
  field: 'requests' | 'limits',
): ResourceList {
  const asked = resourceListOf(resources?.[field])
  const isStarting = spec?.initContainers?.some((each) => each.name === name) === true
  // What runs only while the pod starts is never resized.
  if (isStarting && !('restartPolicy' in container && container.restartPolicy === 'Always')) return asked
  const statuses = (isStarting ? status?.initContainerStatuses : status?.containerStatuses) ?? []
  const actual = statuses.find((each) => each.name === name)
  if (actual?.resources === undefined) return asked
  const had = resourceListOf(actual.resources[field])
  const held = field === 'requests' ? larger(had, resourceListOf(actual.allocatedResources)) : had
  const isInfeasible = status?.conditions?.some(
    ({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible',
  )
  return isInfeasible === true ? held : larger(asked, held)
}

function hasEnded({ metadata, ...pod }: Pod, now: number): boolean {
  const { phase } = pod.status ?? {}
  if (phase === 'Failed' || phase === 'Succeeded') return true
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata ?? {}
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false
  return now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000
}
