import { type Level, STAGES, type Stage, WRITES } from '../../policy/index.ts'
import { exampleOf } from '../../policy/lint/example.ts'
import { NON_RESOURCE } from '../../policy/lint/region.ts'
import { has } from '../../policy/lint/value-set.ts'
import type { Demand } from '../demand/demand.ts'
import type { Body } from '../demand/event-field.ts'
import { isLongRunning } from '../demand/request-kinds.ts'
import type { OutputRead } from '../demand/rule-needs.ts'
import type { DecidedPart } from './decisions.ts'

/**
 * What a gap does to a detection. `lost`: it does not fire; `unselective`: it fires also where what was left out would
 * have told it not to; `output`: it fires, and its alert does not say all.
 */
type GapEffect = 'lost' | 'unselective' | 'output'

/** Something that a detection needs and a rule of the policy does not record. */
export interface Gap {
  readonly effect: GapEffect
  /** `none`: nothing is recorded; `stage`: not at the right time; `level`: bodies are left out; `managed-fields`. */
  readonly cause: 'none' | 'stage' | 'level' | 'managed-fields'
  /** Index of the policy's rule; null where none matches. */
  readonly rule: number | null
  readonly level: Level
  /** The level that would do. */
  readonly needed: Level
  /** Whether it is about all of the requests that the rule decides; else some of them still are as they should be. */
  readonly isTotal: boolean
  /** Fields of the detection that are missing. */
  readonly fields: readonly string[]
  /** Stages that are missing. */
  readonly stages: readonly Stage[]
  /** One such request: `create pods -n "kube-system"`. */
  readonly example: string
}

const LEVEL_OF: Readonly<Record<Body, Level>> = {
  requestObject: 'Request',
  responseObject: 'RequestResponse',
}

const RANK: Readonly<Record<string, number>> = { None: 0, Metadata: 1, Request: 2, RequestResponse: 3 }

export function isBelow(level: Level, needed: Level): boolean {
  return (RANK[level] ?? 0) < (RANK[needed] ?? 0)
}

function highest(levels: readonly Level[]): Level {
  return levels.reduce((high, each) => (isBelow(high, each) ? each : high), 'Metadata')
}

/** The level at which all that a demand looks into is recorded. */
export function levelOf({ reads }: Pick<Demand, 'reads'>): Level {
  return highest(reads.map(({ body }) => LEVEL_OF[body]))
}

/** The level at which all that an output shows is recorded, of the requests of a region. */
export function outputLevelOf(outputs: readonly OutputRead[], region: DecidedPart['region']): Level {
  return highest(shownOf(outputs, region).map(({ body }) => LEVEL_OF[body]))
}

/** What keeps a demand from being met where one rule of the policy decides. */
export function gapsOf(demand: Demand, outputs: readonly OutputRead[], part: DecidedPart): readonly Gap[] {
  const { rule, level, region } = part
  const base = {
    rule,
    level,
    needed: levelOf(demand),
    isTotal: true,
    fields: [],
    stages: [],
    example: exampleOf(region),
  }
  if (level === 'None') return [{ ...base, effect: 'lost', cause: 'none' }]
  const missing = missingStages(demand, part)
  if (missing.length > 0) {
    const isTotal = demand.stages.every((stage) => part.omitStages.has(stage))
    return [{ ...base, effect: 'lost', cause: 'stage', isTotal, stages: missing }]
  }

  const gaps = [levelGap(demand, base), managedFieldsGap(demand, part, base)].flatMap((gap) => gap ?? [])
  const unshown = shownOf(outputs, region).filter(({ body }) => isBelow(level, LEVEL_OF[body]))
  if (unshown.length > 0 && !gaps.some(({ effect }) => effect === 'lost'))
    gaps.push({ ...base, ...lacking(unshown), effect: 'output', cause: 'level' })
  return gaps
}

/** Where one check can no longer hold, the others that are missing do not matter any more: they are told as well. */
function levelGap({ reads }: Demand, base: Omit<Gap, 'effect' | 'cause'>): Gap | undefined {
  const unread = reads.filter(({ body }) => isBelow(base.level, LEVEL_OF[body]))
  if (unread.length === 0) return undefined
  return { ...base, ...lacking(unread), effect: effectOf(unread), cause: 'level' }
}

function managedFieldsGap(
  { reads }: Demand,
  { omitManagedFields }: DecidedPart,
  base: Omit<Gap, 'effect' | 'cause'>,
): Gap | undefined {
  const managed = reads.filter(({ readsManagedFields }) => readsManagedFields)
  if (managed.length === 0 || !omitManagedFields) return undefined
  return { ...base, fields: namesOf(managed), effect: effectOf(managed), cause: 'managed-fields' }
}

function effectOf(reads: Demand['reads']): GapEffect {
  return reads.some(({ whenAbsent }) => !whenAbsent) ? 'lost' : 'unselective'
}

function lacking(reads: readonly OutputRead[]): Pick<Gap, 'needed' | 'fields'> {
  return { needed: highest(reads.map(({ body }) => LEVEL_OF[body])), fields: namesOf(reads) }
}

/**
 * The stages without which the detection does not see some of these requests. A later stage says all that an earlier one
 * did, so any of them will do as long as every request has it: `ResponseStarted` is made for long-running ones alone, and
 * `Panic` hardly ever.
 */
export function missingStages(
  { region, stages, holdsEarly }: Pick<Demand, 'region' | 'stages' | 'holdsEarly'>,
  { omitStages }: Pick<DecidedPart, 'omitStages'>,
): readonly Stage[] {
  const missing = stages.filter((stage) => omitStages.has(stage))
  if (missing.length === 0) return []
  if (holdsEarly && missing.includes('RequestReceived')) return missing
  const recorded = stages.filter((stage) => !omitStages.has(stage))
  const isEnough = recorded.some(
    (stage) =>
      stage === 'ResponseComplete' ||
      stage === 'RequestReceived' ||
      (stage === 'ResponseStarted' && isLongRunning(region)),
  )
  return isEnough ? [] : missing
}

/** What of an output there can be: a request that only reads has no body, and nor has one for a path. */
function shownOf(outputs: readonly OutputRead[], region: DecidedPart['region']): readonly OutputRead[] {
  const isWrite = [...WRITES].some((verb) => has(region.verb, verb))
  if (!has(region.kind, 'resource') && has(region.kind, NON_RESOURCE)) return []
  return outputs.filter(({ body }) => body === 'responseObject' || isWrite)
}

function namesOf(reads: readonly { readonly field: string }[]): readonly string[] {
  return [...new Set(reads.map(({ field }) => field))]
}

/** Gaps of the same kind at the same rule, as one. */
export function joinGaps(gaps: readonly Gap[]): readonly Gap[] {
  const byKind = Map.groupBy(gaps, ({ effect, cause, rule }) => `${effect} ${cause} ${rule}`)
  return [...byKind.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const all = [first, ...others]
    const stages = new Set(all.flatMap((gap) => gap.stages))
    return [
      {
        ...first,
        needed: highest(all.map(({ needed }) => needed)),
        isTotal: all.every(({ isTotal }) => isTotal),
        fields: [...new Set(all.flatMap(({ fields }) => fields))],
        stages: STAGES.filter((stage) => stages.has(stage)),
      },
    ]
  })
}
