import {
  milliQuantityOf,
  milliValueOf,
  type Pod,
  quantityOf,
  wholeValueOf,
} from '../../../../kubernetes/index.ts'
import { type AnyContainer, containersOf } from '../pods/containers.ts'
import { withPodLevelResources } from '../pods/pod-level-resources.ts'
import { larger, type ResourceList, resourceListOf } from '../pods/resource-list.ts'
import type { Asked } from './constraints.ts'

/** What one container asks for. */
export function askedBy({ resources }: AnyContainer): Asked {
  return { requests: resourceListOf(resources?.requests), limits: resourceListOf(resources?.limits) }
}

/**
 * What a pod asks for as a whole: what it states itself, else its containers together, or any one init container where
 * that is more. A resource that not all of the containers state is not known of the pod.
 */
export function askedByPod(pod: Pod): Asked {
  const containers = containersOf(pod, ['containers']).map(askedBy)
  const initial = containersOf(pod, ['initContainers']).map(askedBy)
  const total = (field: keyof Asked) =>
    withPodLevelResources(
      initial.reduce((most, each) => larger(most, each[field]), sum(containers.map((each) => each[field]))),
      pod,
      field,
    )
  return { requests: total('requests'), limits: total('limits') }
}

function sum(lists: readonly ResourceList[]): ResourceList {
  const names = new Set(lists.flatMap((list) => [...list.keys()]))
  const shared = [...names].filter((name) => lists.every((list) => list.has(name)))
  return new Map(
    shared.map((name) => {
      const amounts = lists.flatMap((list) => list.get(name) ?? [])
      // Thousandths count of processors only.
      if (name === 'cpu') return [name, milliQuantityOf(amounts.map(milliValueOf).reduce(plus, 0n))]
      return [name, quantityOf(amounts.map(wholeValueOf).reduce(plus, 0n))]
    }),
  )
}

function plus(a: bigint, b: bigint): bigint {
  return a + b
}
