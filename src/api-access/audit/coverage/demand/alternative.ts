import { STAGES } from '../../policy/index.ts'
import {
  ALL_REQUESTS,
  NON_RESOURCE,
  overlap,
  RESOURCE,
  type Region,
  SIDES,
  type Side,
} from '../../policy/lint/region.ts'
import { intersect, isEmpty, only, subtract, unite, type ValueSet } from '../../policy/lint/value-set.ts'
import type { Body } from './event-field.ts'

/** A body that a check looks into. */
export interface BodyRead {
  readonly field: string
  readonly body: Body
  /** What the check says of an event that was recorded without the body. */
  readonly whenAbsent: boolean
  readonly readsManagedFields: boolean
}

/**
 * One way in which a condition can hold: requests in a box, events of some stages, and bodies that are looked into.
 * It is never less than the condition lets through, and may be more. In a side of the region that an event need not
 * have, the empty text stands for its absence.
 */
export interface Alternative {
  readonly region: Region
  readonly stages: ValueSet
  /** URIs that it is not about: `=` and the URI, or `^` and what the URI begins with. */
  readonly otherUris: ReadonlySet<string>
  /** The user is in one of these groups. */
  readonly groups?: readonly string[]
  readonly reads: readonly BodyRead[]
  /** Some check holds because the request has not been answered yet. */
  readonly holdsEarly: boolean
}

/** What is true of every event. */
export const ANYTHING: Alternative = {
  region: ALL_REQUESTS,
  stages: only(STAGES),
  otherUris: new Set(),
  reads: [],
  holdsEarly: false,
}

/** @returns undefined where no event can satisfy both */
export function both(left: Alternative, right: Alternative): Alternative | undefined {
  const region = overlap(left.region, right.region)
  const stages = intersect(left.stages, right.stages)
  if (region === undefined || isEmpty(stages)) return undefined
  // Of two demands on the groups one is kept: less is asked for than by both.
  const groups = left.groups ?? right.groups
  return {
    region,
    stages,
    otherUris: left.otherUris.union(right.otherUris),
    ...(groups && { groups }),
    reads: joinReads(left.reads, right.reads),
    holdsEarly: left.holdsEarly || right.holdsEarly,
  }
}

/** One alternative where two say the same of all but one side; undefined where more differs. */
export function mergeExactly(left: Alternative, right: Alternative): Alternative | undefined {
  if (signatureOf(left) !== signatureOf(right)) return undefined
  const differing = SIDES.filter((side) => !areEqual(left.region[side], right.region[side]))
  const stagesDiffer = !areEqual(left.stages, right.stages)
  if (differing.length + (stagesDiffer ? 1 : 0) <= 1) return hull([left, right])
  if (contains(left, right)) return { ...left, reads: joinReads(left.reads, right.reads) }
  if (contains(right, left)) return { ...right, reads: joinReads(left.reads, right.reads) }
  return undefined
}

/** The smallest single alternative that lets through what any of some do. */
export function hull([first, ...others]: readonly [Alternative, ...Alternative[]]): Alternative {
  return others.reduce((left, right) => {
    const region = Object.fromEntries(
      SIDES.map((side): [Side, ValueSet] => [side, unite(left.region[side], right.region[side])]),
    ) as Region
    const groups = left.groups?.join() === right.groups?.join() ? left.groups : undefined
    return {
      region,
      stages: unite(left.stages, right.stages),
      otherUris: left.otherUris.intersection(right.otherUris),
      ...(groups && { groups }),
      reads: joinReads(left.reads, right.reads),
      holdsEarly: left.holdsEarly || right.holdsEarly,
    }
  }, first)
}

/** Alternatives of the same signature need the same of a policy, wherever they are. */
export function signatureOf({ reads, otherUris, groups, holdsEarly }: Alternative): string {
  const needs = reads.map((read) => `${read.body} ${read.whenAbsent} ${read.readsManagedFields}`)
  return JSON.stringify([[...new Set(needs)].sort(), [...otherUris].sort(), groups ?? null, holdsEarly])
}

export function ofResources(region: Region): Region {
  return { ...region, kind: only([RESOURCE]) }
}

export function ofPaths(region: Region): Region {
  return { ...region, kind: only([NON_RESOURCE]) }
}

function joinReads(left: readonly BodyRead[], right: readonly BodyRead[]): readonly BodyRead[] {
  const added = right.filter(
    (read) =>
      !left.some(
        ({ field, body, whenAbsent }) =>
          field === read.field && body === read.body && whenAbsent === read.whenAbsent,
      ),
  )
  return added.length === 0 ? left : [...left, ...added]
}

function contains(outer: Alternative, inner: Alternative): boolean {
  return (
    isEmpty(subtract(inner.stages, outer.stages)) &&
    SIDES.every((side) => isEmpty(subtract(inner.region[side], outer.region[side])))
  )
}

function areEqual(left: ValueSet, right: ValueSet): boolean {
  return left.inverted === right.inverted && left.values.symmetricDifference(right.values).size === 0
}
