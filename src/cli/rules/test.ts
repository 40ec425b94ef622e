import { dirname, resolve } from 'node:path'
import pc from 'picocolors'
import { visible } from '../../findings/index.ts'
import { readingMessages } from '../../kubernetes/index.ts'
import { createRenderer, type Language, type Render } from '../../messages/index.ts'
import type { RuleFile } from '../../runtime/rules/index.ts'
import { evalMessages } from '../eval/messages.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { choiceOf } from '../options.ts'
import { terminalOf } from '../terminal.ts'
import { loadRuleFiles } from './load.ts'
import { rulesMessages } from './messages.ts'
import { problemLine, unreadableLine } from './problem-lines.ts'
import { NO_RULE_FILES, readRuleFiles } from './rule-files.ts'
import { testMessages } from './testing/messages.ts'
import { runTest, type TestOutcome } from './testing/run-test.ts'
import { readTestFile } from './testing/test-file.ts'

export interface TestOptions {
  readonly format: string
  readonly color: boolean
}

/** The outcomes of one file of tests; none where it could not be run. */
interface FileOutcomes {
  readonly file: string
  readonly outcomes: readonly TestOutcome[]
}

const { make } = testMessages

const TEST_MESSAGES = [testMessages, rulesMessages, evalMessages, readingMessages]

/**
 * `haetae rules test`: events in, alerts expected.
 *
 * @returns 1 where a test fails, 3 where tests could not be run
 */
export function testRules(paths: readonly string[], options: TestOptions, language: Language): ExitStatus {
  const format = choiceOf('--format', options.format, ['text', 'json'])
  const render = createRenderer(TEST_MESSAGES, language)
  const { files, unreadable } = readRuleFiles(paths)
  let status: ExitStatus = EXIT.done
  const complain = (line: string) => {
    process.stderr.write(`${line}\n`)
    status = EXIT.incomplete
  }
  for (const each of unreadable) complain(unreadableLine(each, render))
  const results = files.map((file) => ({ file: file.name, outcomes: runFile(file, render, complain) }))
  const { colour } = terminalOf(process.stdout, process.env, options.color)
  process.stdout.write(format === 'json' ? testJson(results, render) : testText(results, render, colour))
  if (status !== EXIT.done) return status
  return results.some(({ outcomes }) => outcomes.some(hasFailed)) ? EXIT.findings : EXIT.done
}

function runFile({ name, text }: RuleFile, render: Render, complain: (line: string) => void): TestOutcome[] {
  const read = readTestFile(text, (path) => readEvents(resolve(dirname(name), path)))
  if (!read.ok) {
    const place = `${name}:${read.place.line}:${read.place.column}`
    complain(problemLine(place, 'ERR_RULE_TEST', read.message, render))
    return []
  }
  const { rules, source, matching, tests } = read.file
  const { unreadable, errors, loaded } = loadRuleFiles(rules.map((path) => resolve(dirname(name), path)))
  for (const each of unreadable) complain(visible(`${name}: ${unreadableLine(each, render)}`))
  if (errors.length > 0)
    complain(problemLine(name, 'ERR_RULES', make.invalidRules({ rules, errors: errors.length }), render))
  if (unreadable.length + errors.length > 0) return []
  return tests.map((test) => runTest(test, loaded.rules, source, matching))
}

function readEvents(path: string): { text: string } | { reason: string } {
  const { files, unreadable } = readRuleFiles([path])
  const [file] = files
  const [{ reason } = { reason: NO_RULE_FILES }] = unreadable
  return file ?? { reason: reason === NO_RULE_FILES ? 'EISDIR' : reason }
}

function hasFailed({ failures }: TestOutcome): boolean {
  return failures.length > 0
}

/** A line a test, under one that failed what is not as expected, and a summary. */
function testText(results: readonly FileOutcomes[], render: Render, colour: boolean): string {
  const colors = pc.createColors(colour)
  const lines = results.flatMap(({ file, outcomes }) =>
    outcomes.flatMap(({ test, failures }) => {
      if (failures.length === 0) return [`${colors.green('✓')} ${visible(test.name)}`]
      const place = colors.dim(visible(`${file}:${test.place.line}`))
      const reasons = failures.map((failure) => `    ${visible(render(failure))}`)
      return [`${colors.red('✗')} ${visible(test.name)}  ${place}`, ...reasons]
    }),
  )
  const all = results.flatMap(({ outcomes }) => outcomes)
  const failed = all.filter(hasFailed).length
  const summary = make.summary({ tests: all.length, passed: all.length - failed, failed })
  return `${[...lines, ...(lines.length > 0 ? [''] : []), render(summary)].join('\n')}\n`
}

/** One JSON document: `{tests: [{file, line, name, passed, failures, alerts}], summary}`. */
function testJson(results: readonly FileOutcomes[], render: Render): string {
  const tests = results.flatMap(({ file, outcomes }) =>
    outcomes.map(({ test, failures, alerts }) => ({
      file,
      line: test.place.line,
      name: test.name,
      passed: failures.length === 0,
      failures: failures.map(render),
      alerts,
    })),
  )
  const failed = tests.filter(({ passed }) => !passed).length
  const summary = { tests: tests.length, passed: tests.length - failed, failed }
  return `${JSON.stringify({ tests, summary }, null, 2)}\n`
}
