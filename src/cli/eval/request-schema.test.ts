import { describe, expect, test } from 'vitest'
import { createRenderer } from '../../messages/index.ts'
import { evalMessages } from './messages.ts'
import { compileRequestSchema, schemaErrorMessage } from './request-schema.ts'

const render = { en: createRenderer([evalMessages], 'en'), ko: createRenderer([evalMessages], 'ko') }

const fits = compileRequestSchema({
  type: 'object',
  required: ['level', 'object'],
  additionalProperties: false,
  properties: {
    level: { enum: ['baseline', 'restricted'] },
    object: { type: 'object' },
    user: { type: ['object', 'null'] },
    name: { anyOf: [{ type: 'string' }, { type: 'object', additionalProperties: false, properties: {} }] },
  },
})

describe('what is said of a request of the wrong shape', () => {
  test.each<[string, unknown, string, string]>([
    [
      'a misspelt key',
      { level: 'baseline', objct: {} },
      '$: unknown key "objct"',
      '$: 알 수 없는 키 "objct"입니다',
    ],
    ['a missing key', { level: 'baseline' }, '$: the key "object" is missing', '$: 키 "object"가 빠졌습니다'],
    ['a missing key', { object: {} }, '$: the key "level" is missing', '$: 키 "level"이 빠졌습니다'],
    [
      'an unknown key beside a wrong value',
      { level: 'none', object: {}, mode: 1 },
      '$: unknown key "mode"',
      '$: 알 수 없는 키 "mode"입니다',
    ],
    [
      'a value of the wrong type',
      { level: 'baseline', object: 1 },
      '$.object: expected object',
      '$.object: object 형이어야 합니다',
    ],
    [
      'a value of none of two types',
      { level: 'baseline', object: {}, user: 'a' },
      '$.user: expected object or null',
      '$.user: object 또는 null 형이어야 합니다',
    ],
    [
      'what fits none of several shapes',
      { level: 'baseline', object: {}, name: { a: 1 } },
      '$.name: expected string',
      '$.name: string 형이어야 합니다',
    ],
  ])('%s', (_, request, en, ko) => {
    expect(fits(request)).toBe(false)
    const [error] = fits.errors ?? []
    if (error === undefined) throw new Error('no error kept')
    expect([render.en(schemaErrorMessage(error)), render.ko(schemaErrorMessage(error))]).toEqual([en, ko])
  })

  test('a request of the right shape fits', () => {
    expect(fits({ level: 'baseline', object: {} })).toBe(true)
  })
})
