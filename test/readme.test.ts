import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PAGES_WITH_OUTPUT, withRealOutput } from '../scripts/readme-output.ts'
import { everyCheck } from '../src/cli/scan/catalogue.ts'

describe.each(PAGES_WITH_OUTPUT)('%s', (page) => {
  const text = readFileSync(join(import.meta.dirname, '..', page), 'utf8')

  test('shows what the program prints (node scripts/readme-output.ts writes it anew)', () => {
    expect(withRealOutput(text)).toBe(text)
  })

  test('names every check', () => {
    const named = [...text.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name)
    expect(
      everyCheck()
        .map(({ id }) => id)
        .filter((id) => !named.includes(id)),
    ).toEqual([])
  })
})
