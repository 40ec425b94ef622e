import { type CompiledFilter, compileFilters, type FilterNode, type Rule } from '../rules/index.ts'
import { createCandidates } from './candidates/candidates.ts'
import { foldConstants } from './candidates/fold-constants.ts'
import type { Indexed } from './candidates/restrictions.ts'
import { createEventClock } from './event-clock.ts'
import { rememberLast } from './remember-last.ts'
import { createRuleOutput, type RuleOutput } from './rule-output.ts'
import type { DetectionSource } from './source.ts'
import type { StateCounts, StateLimits } from './state/keyed-state.ts'
import { createRuleState, type RuleState } from './state/rule-state.ts'

/** Whether an event that several rules match raises the alert of the first, in the order of the files, or of all. */
export type RuleMatching = 'first' | 'all'

export const RULE_MATCHINGS: readonly RuleMatching[] = ['first', 'all']

export interface DetectorOptions {
  readonly matching?: RuleMatching
  readonly stateLimits?: StateLimits
}

export interface DetectorCounts extends StateCounts {
  /** Alerts that `suppress` held back. */
  suppressed: number
}

/** Holds events against rules. */
export interface Detector<E> {
  /** The outputs of the rules for which the event raises an alert, in the order of the rules. */
  detect(event: E): readonly RuleOutput<E>[]
  readonly counts: Readonly<DetectorCounts>
}

/** A condition that is tested: a rule's own, or that of a step of its sequence. */
interface Entry<E> extends Indexed {
  readonly filter: CompiledFilter<E>
  test: (event: E) => boolean
  readonly output: RuleOutput<E>
  /** A rule without `threshold` and `sequence`: alerts whenever its condition matches. */
  readonly isPlain: boolean
  /** What a match adds to the rule's state; answers whether to alert. */
  readonly observe: ((event: E, time: number) => boolean) | undefined
  readonly passes: RuleState<E>['passes'] | undefined
}

const NONE: readonly never[] = Object.freeze([])

/**
 * Makes what holds the events of one source against rules.
 *
 * Under `first`, of the rules without `threshold` and `sequence` only the first that matches alerts, as in Falco; a
 * rule with either is about a series of events, sees each of them whatever else matches, and alerts in addition.
 *
 * @param rules those that run, all of the source, in the order of the files
 * @throws TypeError for a rule that the loader should have refused
 */
export function createDetector<E>(
  rules: readonly Rule[],
  source: DetectionSource<E>,
  { matching = 'first', stateLimits }: DetectorOptions = {},
): Detector<E> {
  const counts: DetectorCounts = { suppressed: 0, evicted: 0, late: 0 }
  const parts = rules
    .flatMap((rule) => partsOf(rule, createRuleState(rule, source.fields, counts, stateLimits)))
    .flatMap(withoutConstants)
  const filters = compileFilters(
    parts.map(({ condition }) => condition),
    source.fields,
  )
  const { results } = filters
  const shown = rememberLast(source.fields, source.identity)
  const outputs = new Map(rules.map((rule) => [rule, createRuleOutput(rule, shown)]))
  const entries = parts.map((part, index): Entry<E> => {
    const result = results[index]
    const output = outputs.get(part.rule)
    if (result === undefined || !result.ok || output === undefined)
      throw new TypeError(
        `a condition that was not checked: ${result?.ok === false ? result.error.message : ''}`,
      )
    return entryOf(part, result.filter, output)
  })
  const candidatesOf = createCandidates(entries, source)
  const timeOf = createEventClock(source)
  const stopsAtFirst = matching === 'first'

  let begin: (() => void) | undefined

  return { detect, counts }

  /** Makes the tests when the first is needed: see `compileFilters`. */
  function makeTests(): () => void {
    for (const entry of entries) entry.test = entry.filter.test
    begin = filters.begin
    return begin
  }

  function detect(event: E): readonly RuleOutput<E>[] {
    const candidates = candidatesOf(event)
    if (candidates.length === 0) return NONE
    const start = begin ?? makeTests()
    start()
    let found: RuleOutput<E>[] | undefined
    let time: number | undefined
    let isDone = false
    for (const entry of candidates) {
      if (isDone && entry.isPlain) continue
      if (!entry.test(event)) continue
      if (entry.isPlain) isDone = stopsAtFirst
      if (entry.observe !== undefined) {
        time ??= timeOf(event)
        if (!entry.observe(event, time)) continue
      }
      if (entry.passes !== undefined) {
        time ??= timeOf(event)
        if (!entry.passes(event, time)) {
          counts.suppressed++
          continue
        }
      }
      if (found === undefined) found = [entry.output]
      else found.push(entry.output)
    }
    return found ?? NONE
  }
}

interface Part<E> extends Pick<Entry<E>, 'isPlain' | 'observe' | 'passes'> {
  readonly rule: Rule
  readonly condition: FilterNode
}

/** A rule's condition and the steps of its sequence, the last first: one event is never two of them. */
function partsOf<E>(rule: Rule, state: RuleState<E>): Part<E>[] {
  const { observe, passes, steps } = state
  const own: Part<E> = { rule, condition: rule.condition, isPlain: observe === undefined, observe, passes }
  const before = steps.map(({ condition, observe }): Part<E> => {
    const step = (event: E, time: number) => {
      observe(event, time)
      return false
    }
    return { rule, condition, isPlain: false, observe: step, passes: undefined }
  })
  return [own, ...before.reverse()]
}

/** A condition that never holds is left out; what of others is the same for every event is not tested. */
function withoutConstants<E>(part: Part<E>): Part<E>[] {
  const condition = foldConstants(part.condition)
  if (condition === false) return []
  return condition === true ? [part] : [{ ...part, condition }]
}

function entryOf<E>(
  { isPlain, observe, passes, condition }: Part<E>,
  filter: CompiledFilter<E>,
  output: RuleOutput<E>,
): Entry<E> {
  return {
    condition,
    fields: filter.fields,
    filter,
    test: untested,
    output,
    isPlain,
    observe,
    passes,
  }
}

function untested(): boolean {
  throw new TypeError('tests are made before the first is asked')
}
