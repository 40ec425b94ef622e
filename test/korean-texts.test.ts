import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** A particle right after a variable word, which is right for one word and wrong for the next. */
const HARD_CODED =
  /\$\{(?:[^{}\n]|\{[^}\n]*\})*\}["”’`»\]]*(?:은\(는\)|이\(가\)|을\(를\)|과\(와\)|와\(과\)|\(으\)로|(?:이|가|을|를|은|는|과|와|로|으로)(?![가-힣]))/g

/** Variables whose last sound is known: they end in a fixed unit. */
const FIXED_ENDING = /^\$\{mebibytes\(/

/** Names that Korean texts write in Hangul. */
const LATIN_NAMES = /\b(?:Windows|Haetae)\b/

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => join('src', path))

test('no Korean text has a hard-coded particle after a variable word', () => {
  const found = sources.flatMap((path) => {
    const text = readFileSync(path, 'utf8')
    return [...text.matchAll(HARD_CODED)]
      .map(([found]) => found)
      .filter((found) => !FIXED_ENDING.test(found))
      .map((found) => `${path}: ${found}`)
  })
  expect(sources.length).toBeGreaterThan(100)
  expect(found).toEqual([])
})

test('Korean texts write names in Hangul', () => {
  const found = sources.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/'[^'\n]*'|`[^`\n]*`/g)]
      .map(([literal]) => literal)
      .filter((literal) => /[가-힣]/.test(literal) && LATIN_NAMES.test(literal))
      .map((literal) => `${path}: ${literal}`),
  )
  expect(found).toEqual([])
})

test('Korean pages write names in Hangul', () => {
  const pages = ['README.ko.md', ...['docs/ko', 'docs/checks/ko'].flatMap(pagesOf)]
  const found = pages.flatMap((path) =>
    readFileSync(path, 'utf8')
      // Code and addresses keep what stands there.
      .replace(/```[\s\S]*?```|`[^`\n]*`|\]\([^)]*\)/g, '')
      .split('\n')
      .filter((line) => /[가-힣]/.test(line) && LATIN_NAMES.test(line))
      .map((line) => `${path}: ${line}`),
  )
  expect(found).toEqual([])
})

function pagesOf(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name))
}
