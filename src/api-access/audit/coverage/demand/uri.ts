import { ALL_REQUESTS, type Region } from '../../policy/lint/region.ts'
import { only } from '../../policy/lint/value-set.ts'
import { type Alternative, ofPaths } from './alternative.ts'
import type { Check } from './literal.ts'

/** Requests for resources all have paths below these; `/api` itself is a discovery document. */
const RESOURCE_PATHS = ['/api/', '/apis/']

/** Narrows by a check of the request's URI, which is the path with the query: a policy sees the path alone. */
export function uriAlternative(literal: Alternative, check: Check, isNegated: boolean): Alternative {
  if (check.kind !== 'binary-check' || check.right.kind === 'transformer' || check.modifier !== undefined)
    return literal
  const values = check.right.kind === 'value' ? [check.right.value] : check.right.values
  const { operator } = check
  const isPrefix = operator === 'startswith'
  const isNot = (operator === '!=') !== isNegated
  if (!isPrefix && !['=', '==', '!=', 'in'].includes(operator)) return literal
  if (isNot) {
    const marks = values.map((value) => `${isPrefix ? '^' : '='}${value}`)
    return { ...literal, otherUris: literal.otherUris.union(new Set(marks)) }
  }
  const paths = values.map((value) => (isPrefix && !value.includes('?') ? `${value}*` : pathOf(value)))
  const region = { ...ALL_REQUESTS, path: only(paths) }
  return { ...literal, region: paths.some(mayBeResource) ? region : ofPaths(region) }
}

/**
 * Leaves out the paths that no URI of an alternative has. `/healthz` goes only where `/healthz?verbose` goes as well,
 * since a policy cannot tell the two apart.
 */
export function withoutOtherUris(region: Region, otherUris: ReadonlySet<string>): Region {
  const prefixes = [...otherUris].flatMap((mark) => (mark.startsWith('^') ? [mark.slice(1)] : []))
  const begins = (uri: string) => prefixes.some((prefix) => uri.startsWith(prefix))
  const whole = prefixes.filter((prefix) => !prefix.includes('?')).map((prefix) => `${prefix}*`)
  const exact = [...otherUris].flatMap((mark) => {
    const uri = mark.slice(1)
    return mark.startsWith('=') && !uri.includes('?') && begins(`${uri}?`) ? [uri] : []
  })
  const left = [...whole, ...exact]
  if (left.length === 0 || !region.path.inverted) return region
  // A request for a resource has no path of its own in a region: only paths that no resource has are told.
  const paths = left.filter((path) => !mayBeResource(path))
  return { ...region, path: { values: region.path.values.union(new Set(paths)), inverted: true } }
}

function pathOf(uri: string): string {
  const query = uri.indexOf('?')
  return query < 0 ? uri : uri.slice(0, query)
}

function mayBeResource(path: string): boolean {
  const prefix = path.endsWith('*') ? path.slice(0, -1) : undefined
  return RESOURCE_PATHS.some(
    (start) => path.startsWith(start) || (prefix !== undefined && start.startsWith(prefix)),
  )
}
