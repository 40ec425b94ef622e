import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const PAGE = readFileSync(join(ROOT, 'docs/eval.md'), 'utf8')

/** The first request that the page shows for an engine. */
function requestOf(engine: string): Record<string, unknown> {
  const section = PAGE.split(/^## /m).find((each) => each.startsWith(`${engine}\n`))
  const [, line = ''] = /^```json\n(.+)\n```$/m.exec(section ?? '') ?? []
  return JSON.parse(line)
}

test.each([
  ['rbac', ['objects']],
  ['node', ['objects']],
  ['admission-policy', ['policies', 'bindings', 'params']],
  ['rules', ['files']],
])('eval %s never answers from what was given before a line that could not be read', (engine, kept) => {
  const whole = requestOf(engine)
  const rest = Object.fromEntries(Object.entries(whole).filter(([name]) => !kept.includes(name)))
  const broken = { ...whole, [kept[0] ?? '']: 7 }
  const lines = [whole, rest, broken, rest, rest, whole, rest, { ...rest, unknown: 1 }, rest]
  const { stdout, status } = spawnSync(process.execPath, ['src/cli/main.ts', 'eval', engine], {
    cwd: ROOT,
    encoding: 'utf8',
    input: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  })
  const answers = stdout.trimEnd().split('\n')
  const good = answers[0]
  const codes = answers.map((answer) => (answer === good ? 'good' : JSON.parse(answer).error.code))
  const lost = codes[3]
  expect(lost).toMatch(/^ERR_NO_/)
  const shape = 'ERR_REQUEST_SHAPE'
  expect(codes).toEqual(['good', 'good', shape, lost, lost, 'good', 'good', shape, 'good'])
  expect(status).toBe(3)
})
