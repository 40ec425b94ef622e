import type { Message } from '../../../messages/index.ts'
import { profileMessages } from './messages.ts'
import { type Recording, SLICE, type Use } from './recording.ts'

const { make } = profileMessages

/** A point of the discovery curve. */
export interface Discovery {
  /** Seconds since the recording's begin. */
  readonly seconds: number
  /** Different calls that were seen by then. */
  readonly calls: number
}

/** The phases of one recording: start-up, in which new calls keep coming, and what follows. */
export interface Phases {
  readonly isStartSeen: boolean
  readonly startUpSeconds: number
  readonly steadySeconds: number
  readonly startUpCalls: number
  readonly steadyCalls: number
}

export interface Completeness {
  /**
   * Which part of all calls that the workload ever makes was seen, from 0 to 1; null where there are too few samples, and
   * where no start was seen, of which nobody knows how many calls it makes.
   */
  readonly estimate: number | null
  /** The same of what comes behind the start alone. */
  readonly steadyEstimate: number | null
  /** Whether one of the recordings has a start. */
  readonly isStartSeen: boolean
  /** Calls that are still to be expected. */
  readonly unseen: number
  readonly curve: readonly Discovery[]
  readonly phases: readonly Phases[]
  /** What speaks against the estimate. */
  readonly doubts: readonly Message[]
}

/** After so long without a new call the start is over. */
const QUIET_MILLISECONDS = 30_000
/** A steady phase that is shorter says little. */
const SHORT_SECONDS = 60

/**
 * Estimates how complete recordings of a workload are, by Chao's estimator for incidence data (Chao 1987, "Chao2", in its
 * bias-corrected form): of m samples, with Q1 kinds found in one of them and Q2 in two, (m−1)/m · Q1(Q1−1)/(2(Q2+1)) kinds
 * are unseen. The samples are the slices of time behind the start, and, where there are several, the recordings; the larger
 * number counts.
 */
export function completenessOf(recordings: readonly Recording[]): Completeness {
  const names = new Set(recordings.flatMap(({ calls }) => Object.keys(calls)))
  const phases = recordings.map(phasesOf)
  const bySlices = recordings.map((recording) => unseenBySlices(recording, phasesOf(recording)))
  // A call that is rare in one recording and ordinary in another is seen.
  const ofSlices = bySlices.length === 0 ? 0 : Math.min(...bySlices)
  const ofRecordings = recordings.length < 2 ? 0 : unseenByRecordings(recordings)
  const unseen = Math.max(ofSlices, ofRecordings)
  const hasSamples = recordings.length > 1 || phases.some((each) => samplesOf(each) >= FEWEST_SAMPLES)
  const steadyEstimate = names.size === 0 || !hasSamples ? null : round(names.size / (names.size + unseen))
  const isStartSeen = phases.some((each) => each.isStartSeen)
  const [longest] = [...recordings].sort((a, b) => b.end - b.begin - (a.end - a.begin))
  return {
    estimate: isStartSeen ? steadyEstimate : null,
    steadyEstimate,
    isStartSeen,
    unseen: round(unseen),
    curve: longest === undefined ? [] : curveOf(longest),
    phases,
    doubts: doubtsOf(recordings, phases),
  }
}

function round(number: number): number {
  return Math.round(number * 1000) / 1000
}

function chao2(samples: number, once: number, twice: number): number {
  return samples < 2 ? 0 : ((samples - 1) / samples) * ((once * (once - 1)) / (2 * (twice + 1)))
}

/** Slices of the steady phase without which nothing is estimated. */
const FEWEST_SAMPLES = 5

function samplesOf({ steadySeconds }: Phases): number {
  return Math.floor((steadySeconds * 1000) / SLICE)
}

function unseenBySlices(recording: Recording, phases: Phases): number {
  const startUpEnd = phases.startUpSeconds * 1000
  const steady = Object.values(recording.calls).filter(({ first }) => first > startUpEnd)
  const seenIn = (slices: number) => steady.filter((use) => use.slices === slices).length
  return chao2(samplesOf(phases), seenIn(1), seenIn(2))
}

/**
 * Of recordings with a start and some without (the pod that a rollout replaced), only those with one are samples of starts;
 * all are samples of what comes behind.
 */
function unseenByRecordings(recordings: readonly Recording[]): number {
  const started = recordings.filter(({ startedAt }) => startedAt !== null)
  if (started.length === 0 || started.length === recordings.length) return unseenIn(recordings, () => true)
  const behind = new Set(recordings.flatMap(callsBehindStart))
  return Math.max(
    unseenIn(started, () => true),
    unseenIn(recordings, (name) => behind.has(name)),
  )
}

function callsBehindStart(recording: Recording): readonly string[] {
  const startUpEnd = recording.startedAt === null ? -1 : phasesOf(recording).startUpSeconds * 1000
  return Object.entries(recording.calls).flatMap(([name, { last }]) => (last > startUpEnd ? [name] : []))
}

function unseenIn(recordings: readonly Recording[], counts: (name: string) => boolean): number {
  const found = new Map<string, number>()
  for (const { calls } of recordings)
    for (const name of Object.keys(calls).filter(counts)) found.set(name, (found.get(name) ?? 0) + 1)
  const seenIn = (number: number) => [...found.values()].filter((count) => count === number).length
  return chao2(recordings.length, seenIn(1), seenIn(2))
}

/** The start is over at the last new call before the first long pause. */
function phasesOf(recording: Recording): Phases {
  const { begin, end, startedAt, calls } = recording
  const length = end - begin
  const firsts = Object.values(calls)
    .map(({ first }) => first)
    .sort((a, b) => a - b)
  let startUpEnd = 0
  for (const first of firsts) {
    if (first - startUpEnd > QUIET_MILLISECONDS && startUpEnd > 0) break
    startUpEnd = first
  }
  const isIn = (use: Use) => use.first <= startUpEnd
  const uses = Object.values(calls)
  return {
    isStartSeen: startedAt !== null,
    startUpSeconds: round(startUpEnd / 1000),
    steadySeconds: round(Math.max(0, length - startUpEnd) / 1000),
    startUpCalls: uses.filter(isIn).length,
    steadyCalls: uses.filter(({ last }) => last > startUpEnd).length,
  }
}

const MOST_POINTS = 100

function curveOf({ calls }: Recording): readonly Discovery[] {
  const firsts = Object.values(calls)
    .map(({ first }) => first)
    .sort((a, b) => a - b)
  const points = firsts.map((first, index) => ({ seconds: round(first / 1000), calls: index + 1 }))
  const last = points.filter(({ seconds }, index) => points[index + 1]?.seconds !== seconds)
  const step = Math.max(1, Math.ceil(last.length / MOST_POINTS))
  return last.filter((_, index) => index % step === 0 || index === last.length - 1)
}

function doubtsOf(recordings: readonly Recording[], phases: readonly Phases[]): readonly Message[] {
  const lost = recordings.reduce((sum, recording) => Math.max(sum, recording.lost), 0)
  return [
    ...(phases.some(({ isStartSeen }) => isStartSeen) ? [] : [make.startNotSeen({})]),
    ...(recordings.every(({ tellsAllCalls }) => tellsAllCalls) ? [] : [make.notAllCalls({})]),
    ...(phases.some(({ steadySeconds }) => steadySeconds >= SHORT_SECONDS)
      ? []
      : [make.tooShort({ seconds: Math.round(Math.max(0, ...phases.map((each) => each.steadySeconds))) })]),
    ...(recordings.every(({ tellsCapabilities }) => tellsCapabilities) ? [] : [make.capabilitiesUnknown({})]),
    ...(lost > 0 ? [make.lostEvents({ count: lost })] : []),
    ...(recordings.some(({ hasCompatCalls }) => hasCompatCalls) ? [make.compatCalls({})] : []),
  ]
}
