import {
  formatQuantity,
  milliValueOf,
  type Quantity,
  quantityOf,
  wholeValueOf,
} from '../../../../kubernetes/index.ts'
import type { ResourceList } from '../pods/resource-list.ts'
import type { Limit } from './limit-range.ts'

/** What a container, a pod or a claim asks for. */
export interface Asked {
  readonly requests: ResourceList
  readonly limits: ResourceList
}

/** Beyond this a number of thousandths does not fit Kubernetes' integers, and whole units are compared. */
const LARGEST_MILLI = (2n ** 63n - 1n) / 1000n

/**
 * What a limit has against an amount, in the API server's words (`plugin/pkg/admission/limitranger`).
 *
 * @param isClaim - of a PersistentVolumeClaim only requests count
 */
export function violations(
  { type, min, max, maxLimitRequestRatio }: Limit,
  asked: Asked,
  isClaim = false,
): string[] {
  return [
    ...each(min, (name, enforced) => belowMinimum(type, name, enforced, asked)),
    ...each(max, (name, enforced) =>
      isClaim ? aboveMaximumRequest(type, name, enforced, asked) : aboveMaximum(type, name, enforced, asked),
    ),
    ...(isClaim
      ? []
      : each(maxLimitRequestRatio, (name, enforced) => aboveRatio(type, name, enforced, asked))),
  ]
}

function each(
  list: ResourceList,
  problem: (name: string, enforced: Quantity) => string | undefined,
): string[] {
  return [...list].flatMap(([name, enforced]) => problem(name, enforced) ?? [])
}

function belowMinimum(type: string, name: string, enforced: Quantity, asked: Asked): string | undefined {
  const { request, limit } = amountsOf(name, asked)
  const bound = `minimum ${name} usage per ${type} is ${formatQuantity(enforced)}`
  if (request === undefined) return `${bound}.  No request is specified`
  const values = comparable(request, limit, enforced)
  if (values.request < values.enforced) return `${bound}, but request is ${formatQuantity(request)}`
  if (limit !== undefined && values.limit < values.enforced)
    return `${bound}, but limit is ${formatQuantity(limit)}`
  return undefined
}

function aboveMaximum(type: string, name: string, enforced: Quantity, asked: Asked): string | undefined {
  const { request, limit } = amountsOf(name, asked)
  const bound = `maximum ${name} usage per ${type} is ${formatQuantity(enforced)}`
  if (limit === undefined) return `${bound}.  No limit is specified`
  const values = comparable(request, limit, enforced)
  if (values.limit > values.enforced) return `${bound}, but limit is ${formatQuantity(limit)}`
  if (request !== undefined && values.request > values.enforced)
    return `${bound}, but request is ${formatQuantity(request)}`
  return undefined
}

function aboveMaximumRequest(
  type: string,
  name: string,
  enforced: Quantity,
  asked: Asked,
): string | undefined {
  const { request } = amountsOf(name, asked)
  const bound = `maximum ${name} usage per ${type} is ${formatQuantity(enforced)}`
  if (request === undefined) return `${bound}.  No request is specified`
  const values = comparable(request, undefined, enforced)
  return values.request > values.enforced ? `${bound}, but request is ${formatQuantity(request)}` : undefined
}

function aboveRatio(type: string, name: string, enforced: Quantity, asked: Asked): string | undefined {
  const { request, limit } = amountsOf(name, asked)
  const bound = `${name} max limit to request ratio per ${type} is ${formatQuantity(enforced)}`
  const values = comparable(request, limit, enforced)
  if (request === undefined || values.request === 0n)
    return `${bound}, but no request is specified or request is 0`
  if (limit === undefined || values.limit === 0n) return `${bound}, but no limit is specified or limit is 0`
  const ratio = Number(values.limit) / Number(values.request)
  const isFine = wholeValueOf(enforced) <= LARGEST_MILLI
  const isAbove = isFine
    ? ratio * 1000 > Number(milliValueOf(enforced))
    : ratio > Number(wholeValueOf(enforced))
  return isAbove ? `${bound}, but provided ratio is ${ratio.toFixed(6)}` : undefined
}

function amountsOf(name: string, { requests, limits }: Asked) {
  return { request: requests.get(name), limit: limits.get(name) }
}

/** All three at one precision: thousandths where they fit. */
function comparable(request: Quantity | undefined, limit: Quantity | undefined, enforced: Quantity) {
  const zero = quantityOf(0)
  const quantities = [request ?? zero, limit ?? zero, enforced]
  const isFine = quantities.every((quantity) => wholeValueOf(quantity) <= LARGEST_MILLI)
  const [asked = 0n, limited = 0n, bound = 0n] = quantities.map(isFine ? milliValueOf : wholeValueOf)
  return { request: asked, limit: limited, enforced: bound }
}
