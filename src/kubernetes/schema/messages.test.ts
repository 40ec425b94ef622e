import { expect, test } from 'vitest'
import { createRenderer } from '../../messages/index.ts'
import { decodeObject } from './decode.ts'
import { fieldTypeProblem } from './field-type-problem.ts'
import { schemaMessages } from './messages.ts'

test('a mistyped field is a problem of the input, at its position', () => {
  const { mistyped } = decodeObject({ apiVersion: 'v1', kind: 'Pod', spec: { hostNetwork: 'yes' } })
  const [field] = mistyped
  if (field === undefined) throw new Error('nothing found')
  const problem = fieldTypeProblem(field, { file: 'pod.yaml', locate: () => ({ line: 4, column: 3 }) })
  expect(problem).toMatchObject({ code: 'ERR_FIELD_TYPE', file: 'pod.yaml', line: 4, column: 3 })
  expect(createRenderer([schemaMessages], 'en')(problem.message)).toBe(
    'spec.hostNetwork must be a boolean (true or false), but is a string: the API server refuses the object',
  )
  expect(createRenderer([schemaMessages], 'ko')(problem.message)).toBe(
    'spec.hostNetwork 필드의 형식은 불리언(true 또는 false)인데 문자열이 있습니다. API 서버가 이 오브젝트를 거부합니다',
  )
})
