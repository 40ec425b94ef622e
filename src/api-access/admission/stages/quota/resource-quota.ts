import type { GroupResource, KubernetesObject, ObjectView, Quantity } from '../../../../kubernetes/index.ts'
import { forbidden, plainError, Refused } from '../../refusals.ts'
import type { AdmissionRequest, AdmissionStage, AdmissionSurroundings } from '../../stage.ts'
import { add, excess, larger, mask, NOTHING, printed, type ResourceList } from '../pods/resource-list.ts'
import type { Evaluator } from './evaluator.ts'
import { evaluatorFor } from './evaluators.ts'
import { type LimitedResource, limitedResourcesOf, type Quota, quotaOf } from './quotas.ts'
import { Reservations } from './reservations.ts'
import type { ScopeRequirement } from './scopes.ts'

const QUOTAS: GroupResource = { group: '', resource: 'resourcequotas' }

/**
 * "Observes the incoming request and ensures that it does not violate any of the constraints enumerated in the
 * ResourceQuota object in a Namespace" (Kubernetes documentation, "ResourceQuota").
 *
 * What is used is the larger of what the quota's status says and what the objects of the view take with what was
 * granted lately: the status lags behind where nobody but the quota controller writes it.
 *
 * @param configuration - of the plugin, as decoded from its file: resources that need a quota
 */
export function createResourceQuota(configuration?: unknown): AdmissionStage {
  const limited = limitedResourcesOf(configuration)
  const reservations = new Reservations()
  return {
    name: 'ResourceQuota',
    validate(request, surroundings) {
      const { namespace, resource, object } = request
      if (namespace === '' || object === undefined) return {}
      if (resource.group === '' && resource.resource === 'namespaces') return {}
      const evaluator = evaluatorFor(resource, surroundings.objects)
      if (evaluator === undefined || !evaluator.handles(request)) return {}
      if (!surroundings.objects.isComplete(QUOTAS))
        return { refusal: forbidden(request, 'the quotas of the namespace have not been read yet') }
      const quotas = [...surroundings.objects.list(QUOTAS, namespace)].map(quotaOf)
      if (quotas.length === 0 && limited.length === 0) return {}
      const unread = evaluator.reads?.find((type) => !surroundings.objects.isComplete(type))
      if (unread !== undefined)
        return { refusal: forbidden(request, `the ${unread.resource} of the cluster have not been read yet`) }
      grant({ request, object, evaluator, limited, quotas }, surroundings, reservations)
      return {}
    },
  }
}

interface Question {
  readonly request: AdmissionRequest
  readonly object: KubernetesObject
  readonly evaluator: Evaluator
  readonly limited: readonly LimitedResource[]
  readonly quotas: readonly Quota[]
}

/** Nothing waits in here: between the check and the reservation no other request is looked at. @throws Refused */
function grant(question: Question, surroundings: AdmissionSurroundings, reservations: Reservations): void {
  const { request, object, evaluator, quotas } = question
  const matching = quotas.filter((quota) => isMatching(quota, object, evaluator))
  for (const quota of matching) checkStated(quota, question)
  const usage = usageBy(question, surroundings.now())
  const isCharged =
    matching.length === 0 ? usage.delta.size > 0 : matching.some((quota) => usage.of(quota).size > 0)
  if (!isCharged) return
  checkCovered(question, matching)

  const grants = matching.map((quota) => {
    const asked = mask(usage.of(quota), new Set(quota.hard.keys()))
    checkFits(quota, asked, question, surroundings, reservations)
    return { quota, asked }
  })
  if (request.dryRun) return
  const { resource, name, oldObject } = request
  for (const { quota, asked } of grants) {
    if (asked.size === 0) continue
    const granted = {
      type: resource,
      name: name || (object.metadata?.name ?? ''),
      oldVersion: oldObject?.metadata?.resourceVersion,
      usage: asked,
      usedBefore: quota.used,
    }
    if (!reservations.reserve(keyOf(quota), granted, surroundings.now()))
      throw new Refused(forbidden(request, `too many requests at once for quota: ${quota.name}`))
  }
}

function isMatching({ hard, scopes }: Quota, object: KubernetesObject, evaluator: Evaluator): boolean {
  return (
    [...hard.keys()].some((name) => evaluator.counts(name)) &&
    scopes.every((scope) => evaluator.isInScope(object, scope))
  )
}

/** A quota on a resource asks everybody to state it, and the quota controller to have counted it. */
function checkStated({ name, hard, used }: Quota, { request, object, evaluator }: Question): void {
  const counted = [...hard.keys()].filter((resource) => evaluator.counts(resource))
  const missing = evaluator.missing(object, counted)
  if (missing.length > 0)
    throw new Refused(forbidden(request, `failed quota: ${name}: must specify ${missing.join('; ')}`))
  if (counted.some((resource) => !used.has(resource)))
    throw new Refused(
      forbidden(request, `status unknown for quota: ${name}, resources: ${counted.sort().join(',')}`),
    )
}

/**
 * What the request takes more than before; of a quota that did not count the object before, since it has come into the
 * quota's scopes, all that it takes.
 */
function usageBy(
  { request, object, evaluator }: Question,
  now: number,
): { readonly delta: ResourceList; of(quota: Quota): ResourceList } {
  const usage = evaluator.usage(object, now)
  const negative = [...usage].filter(([, { nanos }]) => nanos < 0n).map(([name]) => name)
  if (negative.length > 0)
    throw new Refused(
      forbidden(request, `quota usage is negative for resource(s): ${negative.sort().join(',')}`),
    )
  const { operation, oldObject } = request
  if (operation === 'UPDATE' && oldObject === undefined)
    throw new Refused(
      forbidden(request, 'unable to get previous usage since prior version of object was not found'),
    )
  const all = withoutZeros(usage)
  const isChange = operation === 'UPDATE' && (oldObject?.metadata?.resourceVersion ?? '') !== ''
  if (!isChange || oldObject === undefined) return { delta: all, of: () => all }
  const delta = withoutZeros(excess(usage, evaluator.usage(oldObject, now)))
  return { delta, of: (quota) => (isMatching(quota, oldObject, evaluator) ? delta : all) }
}

function withoutZeros(list: ResourceList): ResourceList {
  return new Map([...list].filter(([, { nanos }]) => nanos !== 0n))
}

/** What the configuration limits must be covered by a quota. */
function checkCovered(question: Question, matching: readonly Quota[]): void {
  const { request, object, evaluator, limited, quotas } = question
  const { group, resource } = request.resource
  const ofType = limited.filter((each) => each.apiGroup === group && each.resource === resource)
  const usage = [...evaluator.usage(object, 0)].filter(([, { nanos }]) => nanos > 0n)
  const names = usage
    .map(([name]) => name)
    .filter((name) => ofType.some(({ matchContains }) => matchContains.some((part) => name.includes(part))))
  const covered = new Set(
    matching.flatMap(({ hard }) => [...hard.keys()].filter((name) => evaluator.counts(name))),
  )
  const uncovered = names.filter((name) => !covered.has(name)).sort()
  if (uncovered.length > 0)
    throw new Refused(forbidden(request, `insufficient quota to consume: ${uncovered.join(',')}`))

  const inScope = (scopes: readonly ScopeRequirement[]) =>
    scopes.filter((scope) => evaluator.isInScope(object, scope))
  const restricted = new Set(
    quotas.flatMap(({ scopes }) => inScope(scopes)).map(({ scopeName }) => scopeName),
  )
  const open = inScope(limited.flatMap(({ matchScopes }) => matchScopes)).filter(
    ({ scopeName }) => !restricted.has(scopeName),
  )
  if (open.length === 0) return
  const text = open.map((scope) => `{${scope.scopeName} ${scope.operator} [${scope.values.join(' ')}]}`)
  throw new Refused(plainError(`insufficient quota to match these scopes: [${text.join(' ')}]`))
}

function checkFits(
  quota: Quota,
  asked: ResourceList,
  { request, evaluator }: Question,
  surroundings: AdmissionSurroundings,
  reservations: Reservations,
): void {
  const used = usedOf(quota, request, evaluator, surroundings, reservations)
  const isExceeded = ([name, amount]: [string, Quantity]) => {
    const hard = quota.hard.get(name)
    return hard !== undefined && amount.nanos + (used.get(name)?.nanos ?? 0n) > hard.nanos
  }
  const exceeded = new Set([...asked].filter(isExceeded).map(([name]) => name))
  if (exceeded.size === 0) return
  const [requested, before, limit] = [asked, used, quota.hard].map((list) => printed(mask(list, exceeded)))
  throw new Refused(
    forbidden(
      request,
      `exceeded quota: ${quota.name}, requested: ${requested}, used: ${before}, limited: ${limit}`,
    ),
  )
}

function usedOf(
  quota: Quota,
  { resource, namespace }: AdmissionRequest,
  evaluator: Evaluator,
  { objects, now }: AdmissionSurroundings,
  reservations: Reservations,
): ResourceList {
  const { granted, usedBefore } = reservations.outstanding(keyOf(quota), namespace, objects, now())
  const types = [resource, ...(evaluator.beside === undefined ? [] : [evaluator.beside])]
  // Of objects that are not watched the status alone tells: what it has counted of the grants is not counted again.
  if (!types.every((type) => objects.isComplete(type))) return larger(quota.used, add(usedBefore, granted))
  const seen = types.map((type) => seenOf(quota, type, namespace, objects, now())).reduce(add)
  const counted = new Set([...quota.hard.keys()].filter((name) => evaluator.counts(name)))
  return larger(quota.used, mask(add(seen, granted), counted))
}

/** What the objects of a type take of a quota. */
function seenOf(
  quota: Quota,
  type: GroupResource,
  namespace: string,
  objects: ObjectView,
  now: number,
): ResourceList {
  const evaluator = evaluatorFor(type, objects)
  if (evaluator === undefined) return NOTHING
  const all = [...objects.list(type, namespace)]
    .filter((object) => quota.scopes.every((scope) => evaluator.isInScope(object, scope)))
    .map((object) => usageOf(object, evaluator, now))
    .reduce(add, NOTHING)
  return mask(all, new Set([...all.keys()].filter((name) => evaluator.counts(name))))
}

/**
 * Objects of the view do not change: what they take is found out once, but of those whose time runs out, and where it
 * depends on others.
 */
const known = new WeakMap<KubernetesObject, ResourceList>()

function usageOf(object: KubernetesObject, evaluator: Evaluator, now: number): ResourceList {
  const before = known.get(object)
  if (before !== undefined) return before
  const usage = evaluator.usage(object, now)
  if (object.metadata?.deletionTimestamp === undefined && evaluator.reads === undefined)
    known.set(object, usage)
  return usage
}

function keyOf({ namespace, name }: Quota): string {
  return `${namespace}/${name}`
}
