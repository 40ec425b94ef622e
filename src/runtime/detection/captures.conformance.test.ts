import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { catalogueOf, loadRules, parsePriority, type Rule, selectRules } from '../rules/index.ts'
import { CaptureReader, type KernelEvent, kernelField } from '../sensors/index.ts'
import {
  type Alert,
  containerOutput,
  createAlerts,
  createDetector,
  kernelDetection,
  type RuleMatching,
} from './index.ts'
import { alertLine } from './outputs/alert-line.ts'

const FOLDER = process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance'
const isThere = existsSync(join(FOLDER, 'scap'))
if (!isThere) console.warn(`skipped: no captures in ${FOLDER}`)

const RULE_FILES = [
  '1c15d5d5_falco_rules.yaml',
  '47bf8704_falco-incubating_rules.yaml',
  '6849ec5e_falco-sandbox_rules.yaml',
].map((name) => `rule_files/${name}`)

function read(file: string): string {
  return readFileSync(join(FOLDER, 'falco', file), 'utf8')
}

function linesOf(path: string): string[] {
  if (!isThere) return []
  return readFileSync(join(FOLDER, path), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}

function lines<Line>(path: string): Line[] {
  return linesOf(path).map((line) => JSON.parse(line) as Line)
}

/** The alert of a line, with all digits of its time. */
function digitsOf(line: string): Alert {
  return JSON.parse(line.replace(/"evt\.time":(\d+)/, '"evt.time":"$1"')) as Alert
}

function load(files: readonly string[], isExtended: boolean): readonly Rule[] {
  const result = loadRules(
    files.map((name) => ({ name, text: read(name) })),
    isExtended ? { extraOutputs: [containerOutput] } : {},
  )
  expect(result.files.flatMap(({ errors }) => errors)).toEqual([])
  return result.rules.rules
}

function replay(path: string, take: (event: KernelEvent) => void): void {
  const stored = readFileSync(join(FOLDER, path))
  const capture = new CaptureReader()
  capture.feed(stored[0] === 0x1f ? gunzipSync(stored) : stored)
  while (capture.next()) take(capture.event)
  capture.finish()
  expect(capture.problems).toEqual([])
}

/**
 * A stand-in for the container plugin was there, which told no start of a container; the plugin itself takes that of its first
 * process ("based on proc.pidns_init_start_ts").
 */
function withoutStart(line: string): string {
  return line
    .replace(/"container\.start_ts":\d+/, '"container.start_ts":null')
    .replace(/container_start_ts=\d+/, 'container_start_ts=<NA>')
}

type Comparable = Omit<Alert, 'uuid'>

describe.skipIf(!isThere)('alerts of the real engine on a capture, with all its rules', () => {
  test.each<[RuleMatching, string, number]>([
    ['first', 'scen.expected.jsonl', 63],
    ['all', 'scen.expected.all.jsonl', 77],
  ])('%s match', (matching, file, count) => {
    const rules = load(RULE_FILES, true)
    const selected = selectRules(rules, {})
    const running = rules.filter(({ source, name }) => source === 'syscall' && selected.has(name))
    const detector = createDetector(running, kernelDetection, { matching })
    const origin = { hostname: 'host', uuid: () => '', now: () => 0n }
    const alertOf = createAlerts(kernelDetection, origin)
    const found: Comparable[] = []
    replay('scap/scen.scap', (event) => {
      for (const output of detector.detect(event)) {
        const { uuid: _, ...alert } = digitsOf(withoutStart(alertLine(alertOf(output, event), 'jsonl')))
        found.push({ ...alert, tags: [...alert.tags].sort() })
      }
    })
    const expected = linesOf(`scap/${file}`)
      .map(digitsOf)
      .map((alert) => ({
        ...alert,
        tags: [...alert.tags].sort(),
      }))
    expect(found).toEqual(expected)
    expect(found).toHaveLength(count)
  })
})

/** Detections on old captures, from the captures themselves. */
describe.skipIf(!isThere)('detections of the real engine on old captures', () => {
  interface Case {
    readonly name: string
    readonly rules: readonly string[]
    readonly events: string
    readonly options: {
      readonly disable?: readonly string[]
      readonly enableTags?: readonly string[]
      readonly disableTags?: readonly string[]
      readonly minPriority?: string
    }
    readonly detections: Readonly<Partial<Record<RuleMatching, readonly object[]>>>
  }
  const cases = lines<Case>('falco/syscall_detections.jsonl')
  test.each(cases.map((given) => [given.name, given] as const))(
    '%s',
    (_, { rules, events, options, detections }) => {
      const loaded = load(rules, false)
      const { disable, enableTags, disableTags, minPriority } = options
      const minimumPriority = minPriority && parsePriority(minPriority)
      const selected = selectRules(loaded, {
        ...(disable && { disableNameParts: disable }),
        ...(enableTags && { enableTags }),
        ...(disableTags && { disableTags }),
        ...(minimumPriority && { minimumPriority }),
      })
      const running = loaded.filter(({ source, name }) => source === 'syscall' && selected.has(name))
      for (const [matching, expected] of Object.entries(detections)) {
        const detector = createDetector(running, kernelDetection, { matching: matching as RuleMatching })
        const found: object[] = []
        replay(events.replace('syscall_events', 'scap/legacy').replace('.jsonl', '.scap'), (event) => {
          for (const output of detector.detect(event)) {
            const { name, priority } = output.rule
            // A stand-in for the container plugin gave `host` as the name of everything.
            const text = output.strictMessage(event)
            found.push({ num: event.num, rule: name, priority, output: text })
          }
        })
        expect(found).toEqual(expected)
      }
    },
  )
})

const WRITTEN_BY_RULES = /^evt\.(time|datetime|rawtime)/

/** Fields of the catalogue that events of the kernel do not have, and why. */
const WITHOUT_VALUE: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [WRITTEN_BY_RULES, 'written by the rules room from the time of the event'],
  [
    /^evt\.(latency|wait_latency|outputtime)/,
    'no enter events tell when a call began (libs drops them, too)',
  ],
  [/^evt\.plugin/, 'events of plugins only'],
  [/^evt\.count\.(error\.|procinfo|threadinfo)/, 'counters of the old sysdig'],
  [/^thread\.(cpu|exectime|totexectime)/, 'measured from scheduler events, which no sensor sends any more'],
  [/^syslog\./, 'messages to syslog are not decoded'],
  [/\.cni\.json$|healthcheck|_probe$/, 'not told by the captures that are read'],
]

test('every field of the catalogue is read, or it says why not', () => {
  const missing = catalogueOf('syscall').fields.filter(
    ({ name }) => kernelField(name, undefined) === undefined && kernelField(name, '0') === undefined,
  )
  const unexplained = missing.filter(({ name }) => !WITHOUT_VALUE.some(([pattern]) => pattern.test(name)))
  expect(unexplained.map(({ name }) => name)).toEqual([])
  const explainedInVain = WITHOUT_VALUE.filter(([pattern]) => !missing.some(({ name }) => pattern.test(name)))
  expect(explainedInVain).toEqual([])
})

test.skipIf(!existsSync(FOLDER))('every field that the upstream rules use is read', () => {
  const folder = join(FOLDER, 'falco/rule_files')
  const files = readdirSync(folder).filter((name) => /_falco(?:-\w+)?_rules\.yaml$/.test(name))
  const texts = files.map((name) => readFileSync(join(folder, name), 'utf8'))
  const catalogue = catalogueOf('syscall').fields
  // In conditions and outputs alike; what an event's own parameter is, its type tells.
  const used = catalogue.filter(({ name }) => {
    const asWord = new RegExp(`(?<![\\w.])${name.replaceAll('.', '\\.')}(?!\\.?\\w)`)
    return texts.some((text) => asWord.test(text))
  })
  expect(used.length).toBeGreaterThan(60)
  const missing = used.filter(
    ({ name }) => kernelField(name, undefined) === undefined && kernelField(name, '0') === undefined,
  )
  // `evt.time` is made by the rules room.
  expect(missing.map(({ name }) => name).filter((name) => !WRITTEN_BY_RULES.test(name))).toEqual([])
})

test.each(['docs/captures.md', 'docs/ko/captures.md'])('%s names every field without a value', (page) => {
  const text = readFileSync(join(import.meta.dirname, '../../..', page), 'utf8')
  const without = catalogueOf('syscall').fields.filter(
    ({ name }) =>
      kernelField(name, undefined) === undefined &&
      kernelField(name, '0') === undefined &&
      !WRITTEN_BY_RULES.test(name),
  )
  const rows = text.split('\n').filter((line) => line.startsWith('| `'))
  const named = new Set(
    rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name)),
  )
  expect(without.map(({ name }) => name).filter((name) => !named.has(name))).toEqual([])
  // And none that has one.
  const known = new Set(catalogueOf('syscall').fields.map(({ name }) => name))
  const wrong = [...named].filter(
    (name) => known.has(name ?? '') && !without.some((field) => field.name === name),
  )
  expect(wrong).toEqual([])
})
