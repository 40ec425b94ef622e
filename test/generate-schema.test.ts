import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generateSchema } from '../scripts/generate-schema.ts'

test('fields.json is what the client’s models give', async () => {
  const committed = readFileSync(new URL('../src/kubernetes/schema/fields.json', import.meta.url), 'utf8')
  expect(committed).toBe(await generateSchema())
})
