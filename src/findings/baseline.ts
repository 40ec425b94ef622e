import { isRecord } from '../kubernetes/index.ts'
import { defineMessages, errorText, type Message, withParticle } from '../messages/index.ts'
import type { ReportedFinding } from './reported.ts'

/** `format` of a baseline file. */
const BASELINE_FORMAT = 'haetae-baseline/1'
/** `format` of the `json` report, which serves as a baseline too. */
export const REPORT_FORMAT = 'haetae-report/1'

export const baselineMessages = defineMessages('baseline', {
  'not-json': {
    en: (d: { file: string; reason: string }) => `the baseline ${d.file} is not JSON (${d.reason})`,
    ko: (d: { file: string; reason: string }) =>
      `${withParticle(`베이스라인 ${d.file}`, '은/는')} JSON이 아닙니다 (${d.reason})`,
  },
  'unknown-format': {
    en: (d: { file: string }) =>
      `${d.file} is neither a baseline nor a json report of Haetae: write one with --write-baseline`,
    ko: (d: { file: string }) =>
      `${withParticle(d.file, '은/는')} 해태의 베이스라인도 json 보고서도 아닙니다. --write-baseline으로 만드십시오`,
  },
  malformed: {
    en: (d: { file: string; index: number }) =>
      `entry ${d.index} of the baseline ${d.file} has no fingerprint of 32 hexadecimal digits, or a count that is none`,
    ko: (d: { file: string; index: number }) =>
      `베이스라인 ${d.file}의 ${d.index}번째 항목에 32자리 16진수 fingerprint가 없거나 count가 올바르지 않습니다`,
  },
})

/** The file given as a baseline is none. The call was wrong: exit status 2. */
export class BaselineError extends Error {
  readonly code: 'ERR_BASELINE_NOT_JSON' | 'ERR_BASELINE_UNKNOWN_FORMAT' | 'ERR_BASELINE_MALFORMED'
  readonly detail: Message

  constructor(code: BaselineError['code'], detail: Message) {
    super(detail.id)
    this.name = 'BaselineError'
    this.code = code
    this.detail = detail
  }
}

/** How often each finding was there when the baseline was made, by fingerprint. */
export type Baseline = ReadonlyMap<string, number>

/**
 * Reads a baseline: a file of `--write-baseline`, or a `json` report (its findings that counted or were
 * known then; those under an exception answer for themselves).
 *
 * @param text - the file's contents
 * @param file - its name, for messages
 * @throws BaselineError where it is neither
 */
export function readBaseline(text: string, file: string): Baseline {
  const { make } = baselineMessages
  let value: unknown
  try {
    value = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text)
  } catch (error) {
    const reason = errorText(error)
    throw new BaselineError('ERR_BASELINE_NOT_JSON', make['not-json']({ file, reason }))
  }
  const entries = isRecord(value) && isBaselineFormat(value['format']) ? value['findings'] : undefined
  if (!Array.isArray(entries))
    throw new BaselineError('ERR_BASELINE_UNKNOWN_FORMAT', make['unknown-format']({ file }))

  const counts = new Map<string, number>()
  entries.forEach((entry: unknown, index) => {
    const fingerprint = isRecord(entry) ? entry['fingerprint'] : undefined
    const count = isRecord(entry) ? (entry['count'] ?? 1) : undefined
    if (!isFingerprint(fingerprint) || !isCount(count))
      throw new BaselineError('ERR_BASELINE_MALFORMED', make.malformed({ file, index: index + 1 }))
    counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + count)
  })
  return counts
}

/**
 * Tells known findings from new ones. It counts: where the baseline has a finding once and the run meets two
 * equal ones, the second is new.
 *
 * @returns a function that says of each finding, once, whether the baseline holds it
 */
export function createBaselineMatcher(baseline: Baseline): (fingerprint: string) => boolean {
  const left = new Map(baseline)
  return (fingerprint) => {
    const count = left.get(fingerprint) ?? 0
    if (count === 0) return false
    left.set(fingerprint, count - 1)
    return true
  }
}

/** Gathers the findings of a run for `--write-baseline`. */
export interface BaselineWriter {
  /** Findings under an exception are left out. */
  add(reported: ReportedFinding): void
  /** @returns the file's text, the same for the same findings in whatever order they came */
  text(): string
}

interface Entry {
  readonly fingerprint: string
  readonly check: string
  readonly resource: string
  count: number
}

export function createBaselineWriter(): BaselineWriter {
  const entries = new Map<string, Entry>()
  return {
    add({ finding, suppression, fingerprint }) {
      if (suppression?.kind === 'exception') return
      const known = entries.get(fingerprint)
      if (known !== undefined) {
        known.count++
        return
      }
      const { kind, namespace, name } = finding.resource
      const resource = [kind, ...(namespace === undefined ? [] : [namespace]), name].join('/')
      entries.set(fingerprint, { fingerprint, check: finding.check, resource, count: 1 })
    },
    text() {
      const sorted = [...entries.values()].sort(
        (left, right) =>
          compare(left.resource, right.resource) ||
          compare(left.check, right.check) ||
          compare(left.fingerprint, right.fingerprint),
      )
      // An entry a line, sorted: changes read well in a review and merge without conflicts.
      const lines = sorted.map((entry) => `    ${JSON.stringify(entry)}`)
      return `{\n  "format": "${BASELINE_FORMAT}",\n  "findings": [${
        lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `
      }]\n}\n`
    },
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function isBaselineFormat(format: unknown): boolean {
  return format === BASELINE_FORMAT || format === REPORT_FORMAT
}

function isFingerprint(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{32}$/.test(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}
