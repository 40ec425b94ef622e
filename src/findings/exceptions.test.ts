import { describe, expect, test } from 'vitest'
import { type KubernetesObject, podTemplateOf } from '../kubernetes/index.ts'
import { createRenderer } from '../messages/index.ts'
import type { Detection, Subject } from './check.ts'
import { createExceptionChecks } from './exception-checks.ts'
import { exceptionsOf, isDate } from './exceptions.ts'

const TODAY = '2026-06-15'
const checks = createExceptionChecks({ known: new Set(['privileged', 'hostPorts']), today: TODAY })
const render = createRenderer(
  checks.map(({ messages }) => messages),
  'ko',
)

function deployment(own: object, template: object = {}): Subject {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', annotations: own },
    spec: { template: { metadata: { annotations: template }, spec: {} } },
  } as KubernetesObject
  const pod = podTemplateOf(object)
  return pod === undefined ? { object } : { object, pod }
}

function skip(check: string, reason?: string, until?: string): object {
  return {
    'haetae.io/skip': check,
    ...(reason === undefined ? {} : { 'haetae.io/skip-reason': reason }),
    ...(until === undefined ? {} : { 'haetae.io/skip-until': until }),
  }
}

function findings(subject: Subject): [string, string][] {
  const found: [string, string][] = []
  for (const check of checks)
    check.run(subject, ({ path, message }: Detection) => {
      found.push([`${check.id} ${path.join('/')}`, render(message)])
    })
  return found
}

describe('exceptionsOf', () => {
  test('holds for the checks named, with its reason', () => {
    const holds = exceptionsOf(deployment(skip(' privileged, hostPorts ,', 'node agent', TODAY)), TODAY)
    expect(holds('privileged')).toEqual({
      check: 'privileged',
      reason: 'node agent',
      until: TODAY,
      path: ['metadata', 'annotations', 'haetae.io/skip'],
    })
    expect(holds('hostPorts')?.reason).toBe('node agent')
    expect(holds('sysctls')).toBeUndefined()
  })

  test('does not hold with an annotation that nobody knows, which may have been meant to end it', () => {
    const misspelt = { ...skip('privileged', 'x'), 'haetae.io/skip-untill': '2026-06-14' }
    expect(exceptionsOf(deployment(misspelt), TODAY)('privileged')).toBeUndefined()
  })

  test('counts annotations of the pod template beside those of the workload', () => {
    const holds = exceptionsOf(deployment(skip('privileged', 'a'), skip('privileged,hostPorts', 'b')), TODAY)
    expect(holds('privileged')?.reason).toBe('a')
    expect(holds('hostPorts')?.path).toEqual([
      'spec',
      'template',
      'metadata',
      'annotations',
      'haetae.io/skip',
    ])
  })

  test.each([
    ['no reason', skip('privileged')],
    ['a blank reason', skip('privileged', '  ')],
    ['its last day is over', skip('privileged', 'x', '2026-06-14')],
    ['no date', skip('privileged', 'x', 'next week')],
    ['no day of the calendar', skip('privileged', 'x', '2027-02-30')],
    ['annotations that are no strings', { 'haetae.io/skip': 1, 'haetae.io/skip-reason': true }],
  ])('does not hold with %s', (_, annotations) => {
    expect(exceptionsOf(deployment(annotations), TODAY)('privileged')).toBeUndefined()
  })

  test('reads the annotations of a pod once', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { annotations: skip('privileged') },
      spec: {},
    } as KubernetesObject
    const pod = podTemplateOf(object)
    expect(findings({ object, ...(pod && { pod }) })).toHaveLength(1)
  })
})

describe('the checks over exceptions', () => {
  test('are silent about one that holds, and about objects without any', () => {
    expect(findings(deployment(skip('privileged', 'node agent', TODAY)))).toEqual([])
    expect(findings(deployment({}))).toEqual([])
    expect(findings({ object: { apiVersion: 'v1', kind: 'Namespace' } })).toEqual([])
  })

  test.each([
    [
      skip('privileged', 'x', '2026-06-14'),
      'exception-expired metadata/annotations/haetae.io/skip-until',
      'privileged에 대한 예외가 2026-06-14에 끝났습니다. 해당 발견 항목을 다시 집계합니다',
    ],
    [
      skip('privileged'),
      'exception-invalid metadata/annotations/haetae.io/skip-reason',
      'haetae.io/skip-reason에 사유가 없어 예외가 적용되지 않습니다',
    ],
    [
      skip('privileged', 'x', 'soon'),
      'exception-invalid metadata/annotations/haetae.io/skip-until',
      'haetae.io/skip-until 값 "soon"은 2026-12-31과 같은 날짜가 아니므로 예외가 적용되지 않습니다',
    ],
    [
      skip('priviliged', 'x'),
      'exception-invalid metadata/annotations/haetae.io/skip',
      'haetae.io/skip에 지정된 "priviliged"는 존재하지 않는 점검입니다',
    ],
    [
      skip('exception-expired', 'x'),
      'exception-invalid metadata/annotations/haetae.io/skip',
      'haetae.io/skip에 지정된 "exception-expired"에는 예외를 둘 수 없습니다',
    ],
    [
      skip(' , ', 'x'),
      'exception-invalid metadata/annotations/haetae.io/skip',
      'haetae.io/skip에 점검이 하나도 지정되지 않아 예외가 적용되지 않습니다',
    ],
    [
      { ...skip('privileged', 'x'), 'haetae.io/skip-untill': '2026-06-14' },
      'exception-invalid metadata/annotations/haetae.io/skip-untill',
      '"haetae.io/skip-untill" 어노테이션은 없으므로 예외가 적용되지 않습니다. haetae.io/skip, haetae.io/skip-reason, haetae.io/skip-until만 쓸 수 있습니다',
    ],
    [
      { 'haetae.io/skips': 'privileged' },
      'exception-invalid metadata/annotations/haetae.io/skips',
      '"haetae.io/skips" 어노테이션은 없으므로 예외가 적용되지 않습니다. haetae.io/skip, haetae.io/skip-reason, haetae.io/skip-until만 쓸 수 있습니다',
    ],
  ])('%j', (annotations, where, says) => {
    expect(findings(deployment(annotations))).toEqual([[where, says]])
  })

  test('find those of the pod template', () => {
    expect(findings(deployment({}, skip('privileged'))).map(([where]) => where)).toEqual([
      'exception-invalid spec/template/metadata/annotations/haetae.io/skip-reason',
    ])
  })
})

test.each([
  ['2026-12-31', true],
  ['2024-02-29', true],
  ['2026-02-29', false],
  ['2026-13-01', false],
  ['2026-1-1', false],
  ['20261231', false],
])('isDate %s is %s', (text, expected) => {
  expect(isDate(text)).toBe(expected)
})
