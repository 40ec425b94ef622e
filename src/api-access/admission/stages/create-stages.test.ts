import { expect, test } from 'vitest'
import { PLUGIN_ORDER } from '../chain/plugins.ts'
import { createAdmissionStages } from './create-stages.ts'

test('every stage is made under its own name, in the given order', () => {
  expect(createAdmissionStages(PLUGIN_ORDER).map(({ name }) => name)).toEqual(PLUGIN_ORDER)
})
