import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import type { Pod } from '../../kubernetes/index.ts'
import { CONTROLS } from './controls/index.ts'
import { evaluateDefaultedPod, evaluatePod, isPodAllowed, type Violation } from './evaluate.ts'
import type { PodView } from './pod.ts'
import { summarize } from './summary.ts'
import { isLevel, type Level, NEWEST_MINOR, type PolicyVersion, parsePolicyVersion } from './version.ts'

/** Cases that upstream's own evaluator answers differently from us: none, and none may be added silently. */
const SKIPPED: readonly string[] = []

const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'pss')
const available = existsSync(folder)
if (!available) console.info(`skipped: no Pod Security Standards conformance cases in ${folder}`)

interface Forbidden {
  readonly check: string
  readonly reason: string
  readonly detail: string
}

describe.skipIf(!available)('fixtures', () => {
  interface Fixture {
    readonly level: string
    readonly version: string
    readonly expected: 'pass' | 'fail'
    readonly check: string
    readonly name: string
    readonly path: string
    readonly needsDefaulting: boolean
    readonly expectErrorSubstring?: string
    readonly forbidden?: readonly Forbidden[]
    readonly forbiddenDetail?: string
  }
  const byVersion = Map.groupBy(cases<Fixture>('index.jsonl'), ({ level, version }) => `${level}:${version}`)

  test.each([...byVersion.keys()])('%s', (name) => {
    for (const fixture of byVersion.get(name) ?? []) {
      if (SKIPPED.includes(fixture.path)) continue
      const pod = podOf(load(readFileSync(join(folder, fixture.path), 'utf8')))
      const level = levelOf(fixture.level)
      const version = versionOf(fixture.version)
      const evaluate = fixture.needsDefaulting ? evaluatePod : evaluateDefaultedPod
      const violations = evaluate(level, version, pod)
      const summary = summarize(violations)
      expect(summary.allowed, fixture.path).toBe(fixture.expected === 'pass')
      expect(evaluatePod(level, version, pod).length, fixture.path).toBe(violations.length)
      expect(isPodAllowed(level, version, pod), fixture.path).toBe(summary.allowed)
      if (fixture.expected === 'fail') {
        expect(plain(violations), fixture.path).toEqual(fixture.forbidden)
        expect(summary.forbiddenDetail, fixture.path).toBe(fixture.forbiddenDetail)
        expect(summary.forbiddenDetail, fixture.path).toContain(fixture.expectErrorSubstring)
      }
    }
  })
})

describe.skipIf(!available)('matrix of pods and versions', () => {
  interface Run {
    readonly level: string
    readonly from: string
    readonly to: string
    readonly allowed: boolean
    readonly forbidden?: readonly Forbidden[]
    readonly forbiddenReason?: string
    readonly forbiddenDetail?: string
  }
  interface Row {
    readonly pod: unknown
    readonly podHash: string
    readonly results: readonly Run[]
    readonly resultsDefaulted?: readonly Run[]
  }
  test.each(cases<Row>('matrix.jsonl').map((row) => [row.podHash, row] as const))('pod %s', (_, row) => {
    const pod = podOf(row.pod)
    for (const run of row.results) hold(run, pod, evaluateDefaultedPod)
    for (const run of row.resultsDefaulted ?? row.results) hold(run, pod, evaluatePod)
  })

  function hold(run: Run, pod: PodView, evaluate: typeof evaluatePod): void {
    for (const [index, version] of versionsBetween(run.from, run.to).entries()) {
      const violations = evaluate(levelOf(run.level), version, pod)
      // A run joins versions of the same text; its ids are those of the first (procMount, from v1.35 on
      // procMount_restricted at that level, says the same under both).
      const where = `${run.level} ${version}`
      if (index === 0) expect(plain(violations), where).toEqual(run.forbidden ?? [])
      expect(texts(plain(violations)), where).toEqual(texts(run.forbidden ?? []))
      expect(summarize(violations)).toEqual({
        allowed: run.allowed,
        forbiddenReason: run.forbiddenReason ?? '',
        forbiddenDetail: run.forbiddenDetail ?? '',
      })
    }
  }
})

describe.skipIf(!available)('single checks', () => {
  interface Unit {
    readonly name: string
    readonly check: string
    readonly fromVersion: string
    readonly untilVersion: string | null
    readonly pod: unknown
    readonly expected: { readonly allowed: boolean; readonly reason: string; readonly detail: string }
  }
  test.each(cases<Unit>('check_units.jsonl').map((unit) => [unit.name, unit] as const))('%s', (_, unit) => {
    const control = CONTROLS.find(({ id }) => id === unit.check)
    expect(control, unit.check).toBeDefined()
    const pod = podOf(unit.pod)
    for (const version of versionsBetween(unit.fromVersion, unit.untilVersion ?? 'latest')) {
      const minor = version === 'latest' ? NEWEST_MINOR : version
      if (unit.untilVersion !== null && minor >= Number(versionOf(unit.untilVersion))) continue
      const revision = control?.revisions.findLast(({ since }) => since <= minor)
      const offences = revision?.offences(pod) ?? []
      expect(revision?.forbids(pod)).toBe(!unit.expected.allowed)
      expect(offences.length > 0).toBe(!unit.expected.allowed)
      const { reason, detail } = unit.expected
      if (offences.length > 0) expect(control?.describe(offences)).toEqual({ reason, detail })
    }
  })
})

describe.skipIf(!available)('versions', () => {
  test.each(cases<{ version: string; valid: boolean }>('parse_version.jsonl'))('$version', (line) => {
    expect(parsePolicyVersion(line.version) !== undefined).toBe(line.valid)
  })
})

test('nothing is skipped', () => {
  expect(SKIPPED).toEqual([])
})

function cases<Case>(file: string): Case[] {
  if (!available) return []
  const lines = readFileSync(join(folder, file), 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Case)
}

/** The pod without the fields that are null, as the reader hands it on. */
function podOf(decoded: unknown): PodView {
  const { metadata = {}, spec = {} } = withoutNulls(decoded) as Pod
  return { metadata, spec }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).filter(([, field]) => field !== null)
  return Object.fromEntries(fields.map(([key, field]) => [key, withoutNulls(field)]))
}

function plain(violations: readonly Violation[]): Forbidden[] {
  return violations.map(({ check, reason, detail }) => ({ check, reason, detail }))
}

function texts(forbidden: readonly Forbidden[]): string[] {
  return forbidden.map(({ reason, detail }) => `${reason} (${detail})`)
}

function levelOf(text: string): Level {
  if (!isLevel(text)) throw new Error(`no level: ${text}`)
  return text
}

function versionOf(text: string): PolicyVersion {
  const version = parsePolicyVersion(text)
  if (version === undefined) throw new Error(`no version: ${text}`)
  return version
}

/** Both ends included. */
function versionsBetween(from: string, to: string): PolicyVersion[] {
  if (from === 'latest') return ['latest']
  const first = Number(versionOf(from))
  const last = to === 'latest' ? NEWEST_MINOR : Number(versionOf(to))
  const minors: PolicyVersion[] = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  return to === 'latest' ? [...minors, 'latest'] : minors
}
