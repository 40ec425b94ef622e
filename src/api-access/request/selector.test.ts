import { describe, expect, test } from 'vitest'
import { parseFieldSelector, parseLabelSelector, type SelectorRequirement } from './selector.ts'

type Case = readonly [string, readonly SelectorRequirement[] | undefined]

describe('field selectors', () => {
  test.each<Case>([
    ['', []],
    ['spec.nodeName=a', [{ key: 'spec.nodeName', operator: 'In', values: ['a'] }]],
    ['spec.nodeName==a', [{ key: 'spec.nodeName', operator: 'In', values: ['a'] }]],
    ['metadata.name=', [{ key: 'metadata.name', operator: 'In', values: [''] }]],
    [
      'status.phase!=Running,metadata.name=b',
      [
        { key: 'status.phase', operator: 'NotIn', values: ['Running'] },
        { key: 'metadata.name', operator: 'In', values: ['b'] },
      ],
    ],
    [String.raw`a=x\,y`, [{ key: 'a', operator: 'In', values: ['x,y'] }]],
    [
      String.raw`a=x\\,b=y`,
      [
        { key: 'a', operator: 'In', values: ['x\\'] },
        { key: 'b', operator: 'In', values: ['y'] },
      ],
    ],
    [String.raw`a=x\y`, undefined],
    ['a', undefined],
    ['a=b=c', undefined],
  ])('%s', (text, expected) => {
    expect(parseFieldSelector(text)).toEqual(expected)
  })
})

describe('label selectors', () => {
  test.each<Case>([
    ['', []],
    ['app=web', [{ key: 'app', operator: 'In', values: ['web'] }]],
    ['app != web', [{ key: 'app', operator: 'NotIn', values: ['web'] }]],
    [
      'tier in (front, back),!canary,example.com/team',
      [
        { key: 'tier', operator: 'In', values: ['back', 'front'] },
        { key: 'canary', operator: 'DoesNotExist', values: [] },
        { key: 'example.com/team', operator: 'Exists', values: [] },
      ],
    ],
    ['tier notin (a)', [{ key: 'tier', operator: 'NotIn', values: ['a'] }]],
    ['size>3,app=web', [{ key: 'app', operator: 'In', values: ['web'] }]],
    ['app=web,', undefined],
    ['!app=web', undefined],
    ['a b', undefined],
    [',', undefined],
  ])('%s', (text, expected) => {
    expect(parseLabelSelector(text)).toEqual(expected)
  })
})
