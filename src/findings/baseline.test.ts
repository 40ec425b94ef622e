import { describe, expect, test } from 'vitest'
import type { FieldPath, KubernetesObject } from '../kubernetes/index.ts'
import { createRenderer } from '../messages/index.ts'
import {
  type Baseline,
  BaselineError,
  baselineMessages,
  createBaselineWriter,
  readBaseline,
} from './baseline.ts'
import type { Finding } from './finding.ts'
import { ReportContext, ReportedFinding } from './reported.ts'
import { createJsonReporter } from './reports/json.ts'
import { textSink } from './reports/sink.ts'
import { createTally } from './tally.ts'
import { createTriage } from './triage.ts'

interface Given {
  readonly containers?: readonly string[]
  readonly index?: number
  readonly file?: string
  readonly line?: number
  readonly apiVersion?: string
  readonly name?: string
  readonly data?: Record<string, unknown>
  readonly check?: string
}

function given({
  containers = ['app', 'proxy'],
  index = 0,
  file = 'a/web.yaml',
  line = 3,
  apiVersion = 'apps/v1',
  name = 'web',
  data = { containers: ['app', 'proxy'], field: 'x' },
  check = 'privileged',
}: Given = {}): { finding: Finding; object: KubernetesObject } {
  const path: FieldPath = ['spec', 'template', 'spec', 'containers', index, 'image']
  const object = {
    apiVersion,
    kind: 'Deployment',
    metadata: { name },
    spec: { template: { spec: { containers: containers.map((each) => ({ name: each })) } } },
  }
  const finding: Finding = {
    check,
    severity: 'high',
    resource: { apiVersion, kind: 'Deployment', name },
    location: { file, line, column: 5, path },
    message: { id: `${check}.m`, data },
    references: [],
  }
  return { finding, object }
}

function fingerprint(options: Given): string {
  const { finding, object } = given(options)
  return new ReportedFinding(finding, object, new ReportContext()).fingerprint
}

describe('a fingerprint', () => {
  test.each<[string, Given]>([
    ['lines moved', { line: 99 }],
    ['the folder was renamed', { file: 'b/web.yaml' }],
    ['containers changed places', { containers: ['proxy', 'app'], index: 1 }],
    ['a newer version of the same API', { apiVersion: 'apps/v2' }],
    ['lists in the data changed order', { data: { field: 'x', containers: ['proxy', 'app'] } }],
  ])('stays when %s', (_, changed) => {
    expect(fingerprint(changed)).toBe(fingerprint({}))
  })

  test.each<[string, Given]>([
    ['another container', { index: 1 }],
    ['another check', { check: 'hostPorts' }],
    ['another resource', { name: 'api' }],
    ['another API group', { apiVersion: 'extensions/v1' }],
    ['another statement', { data: { containers: ['app'], field: 'x' } }],
  ])('differs for %s', (_, changed) => {
    expect(fingerprint(changed)).not.toBe(fingerprint({}))
  })

  test('is the same whether or not it was computed before', () => {
    const context = new ReportContext()
    const all: Given[] = [
      {},
      { index: 1 },
      { containers: ['proxy', 'app'] },
      {},
      { name: 'api' },
      { line: 7 },
    ]
    for (const options of all) {
      const { finding, object } = given(options)
      expect(new ReportedFinding(finding, object, context).fingerprint).toBe(fingerprint(options))
    }
  })
})

/** Which of some findings count, given a baseline. */
function fates(baseline: Baseline, all: readonly Given[]): string[] {
  const triage = createTriage({ today: '2026-01-01', baseline })
  return all.map((options) => {
    const { finding, object } = given(options)
    return triage({ object })(finding).suppression?.kind ?? 'new'
  })
}

function written(all: readonly Given[]): string {
  const writer = createBaselineWriter()
  for (const options of all) {
    const { finding, object } = given(options)
    writer.add(new ReportedFinding(finding, object, new ReportContext()))
  }
  return writer.text()
}

describe('a baseline', () => {
  test('tells known findings from new ones, and counts', () => {
    const baseline = readBaseline(written([{}, { index: 1 }, { name: 'api' }]), 'b.json')
    expect(fates(baseline, [{ line: 50 }, {}, { index: 1 }, { name: 'shop' }])).toEqual([
      'baseline',
      'new',
      'baseline',
      'new',
    ])
  })

  test('is the same text whatever the order of the findings', () => {
    const all: Given[] = [{}, { index: 1 }, { name: 'api' }, {}]
    expect(written(all)).toBe(written(all.toReversed()))
    expect(JSON.parse(written(all)).findings.map((entry: { count: number }) => entry.count)).toContain(2)
    expect(readBaseline(written([]), 'b.json').size).toBe(0)
  })

  test('may be a json report, whose known findings stay known', () => {
    const report = (baseline: Baseline) => {
      const sink = textSink()
      const reporter = createJsonReporter(sink)
      reporter.begin({
        version: '1',
        language: 'en',
        render: () => 'text',
        checks: [],
        helpUrl: () => undefined,
        failOn: 'low',
        hasBaseline: true,
      })
      const triage = createTriage({ today: '2026-01-01', baseline })
      for (const options of [{}, { index: 1 }]) {
        const { finding, object } = given(options)
        reporter.finding(triage({ object })(finding))
      }
      reporter.end(createTally('low').summary({ files: 1, objects: 1 }))
      return sink.text()
    }
    const first = readBaseline(report(new Map()), 'report.json')
    const second = report(first)
    expect(JSON.parse(second).findings.map((each: { known?: boolean }) => each.known)).toEqual([true, true])
    expect(readBaseline(second, 'report.json')).toEqual(first)
  })

  test.each([
    ['ERR_BASELINE_NOT_JSON', 'findings: []'],
    ['ERR_BASELINE_UNKNOWN_FORMAT', '[]'],
    ['ERR_BASELINE_UNKNOWN_FORMAT', '{"findings": []}'],
    ['ERR_BASELINE_UNKNOWN_FORMAT', '{"format": "haetae-baseline/9", "findings": []}'],
    ['ERR_BASELINE_UNKNOWN_FORMAT', '{"format": "haetae-baseline/1"}'],
    ['ERR_BASELINE_MALFORMED', '{"format": "haetae-baseline/1", "findings": [null]}'],
    ['ERR_BASELINE_MALFORMED', '{"format": "haetae-baseline/1", "findings": [{"fingerprint": "x"}]}'],
    [
      'ERR_BASELINE_MALFORMED',
      '{"format": "haetae-baseline/1", "findings": [{"fingerprint": "0123456789abcdef0123456789abcdef", "count": 0}]}',
    ],
  ])('is refused with %s: %s', (code, text) => {
    const error = thrownBy(() => readBaseline(text, 'b.json'))
    expect(error).toBeInstanceOf(BaselineError)
    const { code: actual, detail } = error as BaselineError
    expect(actual).toBe(code)
    for (const language of ['en', 'ko'] as const)
      expect(createRenderer([baselineMessages], language)(detail)).toContain('b.json')
  })
})

test('an excepted finding does not use up a known one', () => {
  const { finding, object } = given({})
  const excepted = {
    ...object,
    metadata: { annotations: { 'haetae.io/skip': 'privileged', 'haetae.io/skip-reason': 'x' } },
  }
  const triage = createTriage({ today: '2026-01-01', baseline: readBaseline(written([{}]), 'b.json') })
  expect(triage({ object: excepted })(finding).suppression?.kind).toBe('exception')
  expect(triage({ object })(finding).suppression?.kind).toBe('baseline')
})

function thrownBy(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}
