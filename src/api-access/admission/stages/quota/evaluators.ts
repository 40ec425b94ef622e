import {
  fieldsOf,
  type GroupResource,
  listOf,
  type ObjectView,
  type Pod,
  type Quantity,
  quantityOf,
  wholeValueOf,
} from '../../../../kubernetes/index.ts'
import { containersOf } from '../pods/containers.ts'
import { withDefaultRequests } from '../pods/default-requests.ts'
import { hasPodLevelResources } from '../pods/pod-level-resources.ts'
import { podOf } from '../pods/pod-request.ts'
import { NOTHING, resourceListOf } from '../pods/resource-list.ts'
import { deviceClaims } from './device-claims.ts'
import { type Evaluator, isWriteOfObject, WITHOUT_SCOPES } from './evaluator.ts'
import { charged, isExtended, usageOfPod } from './pod-usage.ts'
import { isClaimInScope, isInScope, isTerminating } from './scopes.ts'

const ONE = quantityOf(1)

/** Counted before there was `count/…`. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  configmaps: 'configmaps',
  resourcequotas: 'resourcequotas',
  replicationcontrollers: 'replicationcontrollers',
  secrets: 'secrets',
}

/** Never stored, or never counted. */
const IGNORED = new Set([
  'bindings',
  'componentstatuses',
  'events',
  'events.events.k8s.io',
  'tokenreviews.authentication.k8s.io',
  'selfsubjectreviews.authentication.k8s.io',
  'subjectaccessreviews.authorization.k8s.io',
  'selfsubjectaccessreviews.authorization.k8s.io',
  'localsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectrulesreviews.authorization.k8s.io',
])

/**
 * @param view - of the objects on which it depends what others take
 * @returns undefined for a type that no quota counts
 */
export function evaluatorFor({ group, resource }: GroupResource, view: ObjectView): Evaluator | undefined {
  const qualified = group === '' ? resource : `${resource}.${group}`
  if (IGNORED.has(qualified)) return undefined
  if (qualified === 'pods') return PODS
  if (qualified === 'services') return SERVICES
  if (qualified === 'persistentvolumeclaims') return CLAIMS
  if (qualified === 'resourceclaims.resource.k8s.io') return deviceClaims(view)
  const names = [`count/${qualified}`, ...(group === '' ? [OLD_NAMES[resource] ?? []].flat() : [])]
  return {
    ...WITHOUT_SCOPES,
    handles: ({ operation, subresource }) => subresource === '' && operation === 'CREATE',
    counts: (name) => names.includes(name),
    usage: () => new Map(names.map((name) => [name, ONE])),
  }
}

/** What each container must state where a quota limits it. */
const TO_BE_STATED = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']
const OF_PODS = new Set([
  ...TO_BE_STATED,
  'pods',
  'count/pods',
  'ephemeral-storage',
  'requests.ephemeral-storage',
  'limits.ephemeral-storage',
])

const PODS: Evaluator = {
  // What a container asks for changes by `pods/resize` alone; of the scopes, an update changes this one.
  handles({ operation, subresource, object, oldObject }) {
    if (operation !== 'UPDATE') return operation === 'CREATE' && subresource === ''
    if (subresource !== '') return subresource === 'resize'
    return oldObject !== undefined && isTerminating(podOf(object)) !== isTerminating(podOf(oldObject))
  },
  counts: (name) =>
    OF_PODS.has(name) ||
    name.startsWith('hugepages-') ||
    name.startsWith('requests.hugepages-') ||
    (name.startsWith('requests.') && isExtended(name.slice('requests.'.length))),
  usage: (object, now) => usageOfPod(withDefaultRequests(podOf(object)), now),
  isInScope: (object, scope) => isInScope(podOf(object), scope),
  missing: (object, required) => missingOf(withDefaultRequests(podOf(object)), required),
  beside: { group: 'resource.k8s.io', resource: 'resourceclaims' },
}

function missingOf(pod: Pod, required: readonly string[]): readonly string[] {
  // "container-level resources are not mandatory" there (`pkg/quota/v1/evaluator/core`, `Constraints`).
  if (hasPodLevelResources(pod)) return []
  const wanted = required.filter((name) => TO_BE_STATED.includes(name)).sort()
  const stated = containersOf(pod, ['containers', 'initContainers']).map(({ name = '', resources }) => ({
    name,
    list: charged(resourceListOf(resources?.requests), resourceListOf(resources?.limits)),
  }))
  return wanted.flatMap((resource) => {
    const names = stated.filter(({ list }) => !list.has(resource)).map(({ name }) => name)
    return names.length === 0 ? [] : [`${resource} for: ${[...new Set(names)].sort().join(',')}`]
  })
}

const SERVICE_NAMES = ['services', 'count/services', 'services.nodeports', 'services.loadbalancers']

const SERVICES: Evaluator = {
  ...WITHOUT_SCOPES,
  handles: isWriteOfObject,
  counts: (name) => SERVICE_NAMES.includes(name),
  usage(object) {
    const { type, ports, allocateLoadBalancerNodePorts } = fieldsOf(object['spec'])
    const listed = listOf(ports)
    const isBalanced = type === 'LoadBalancer'
    // "If this field is set to false, … load balancers that do not need node ports" take those that are asked for.
    const allocated =
      isBalanced && allocateLoadBalancerNodePorts === false
        ? listed.filter((port) => Number(fieldsOf(port)['nodePort'] ?? 0) !== 0)
        : listed
    const nodePorts = isBalanced || type === 'NodePort' ? allocated.length : 0
    return new Map([
      ['services', ONE],
      ['count/services', ONE],
      ['services.nodeports', quantityOf(nodePorts)],
      ['services.loadbalancers', quantityOf(isBalanced ? 1 : 0)],
    ])
  },
}

const OF_CLASS = '.storageclass.storage.k8s.io/'
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'
const CLAIM_NAMES = ['persistentvolumeclaims', 'requests.storage']

const CLAIMS: Evaluator = {
  isInScope: isClaimInScope,
  missing: () => [],
  handles: isWriteOfObject,
  counts: (name) =>
    name === 'count/persistentvolumeclaims' ||
    CLAIM_NAMES.includes(name) ||
    CLAIM_NAMES.some((each) => name.endsWith(`${OF_CLASS}${each}`)),
  usage(object) {
    const usage = new Map<string, Quantity>([
      ['persistentvolumeclaims', ONE],
      ['count/persistentvolumeclaims', ONE],
    ])
    const { resources, storageClassName } = fieldsOf(object['spec'])
    const storageClass = object.metadata?.annotations?.[CLASS_ANNOTATION] ?? storageClassName
    const prefix = typeof storageClass === 'string' && storageClass !== '' ? `${storageClass}${OF_CLASS}` : ''
    if (prefix !== '') usage.set(`${prefix}persistentvolumeclaims`, ONE)
    const storageOf = (list: unknown) => (resourceListOf(list) ?? NOTHING).get('storage')
    const requested = storageOf(fieldsOf(resources)['requests'])
    if (requested === undefined) return usage
    // A claim that is asked to be smaller again, after it could not grow, still holds what it was given.
    const allocated = storageOf(fieldsOf(object['status'])['allocatedResources'])
    const asked = allocated !== undefined && allocated.nanos > requested.nanos ? allocated : requested
    const whole = quantityOf(wholeValueOf(asked), asked.format)
    usage.set('requests.storage', whole)
    if (prefix !== '') usage.set(`${prefix}requests.storage`, whole)
    return usage
  },
}
