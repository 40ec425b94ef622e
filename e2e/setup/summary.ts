import { relative } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

/** An error as Vitest hands it on. */
interface SeenError {
  readonly message: string
  readonly diff?: string
  readonly stacks?: readonly { readonly file: string; readonly line: number }[]
}

/**
 * Prints, after everything else, what the suites compared, what could not be tried here, each with its reason, and
 * last what failed: of a long log often only the end is shown.
 */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SeenError[]): void {
    const results: string[] = []
    const untried = new Map<string, number>()
    for (const module of modules) {
      const file = fileOf(module)
      for (const test of module.children.allTests()) {
        const meta = test.meta()
        for (const line of meta.results ?? []) results.push(`  ${file}: ${line}`)
        if (test.result().state !== 'skipped') continue
        const reason = `  ${file}: ${meta.untried ?? 'not selected, or what it needs could not be set up'}`
        untried.set(reason, (untried.get(reason) ?? 0) + 1)
      }
    }
    if (results.length > 0) print(['', 'Compared:', ...results])
    if (untried.size > 0)
      print(['', 'Not tried:', ...[...untried].map(([reason, tests]) => `${reason} (${tests} tests)`)])
    else print(['', 'Nothing was left untried.'])
    const failed = [
      ...modules.flatMap(failuresOf),
      ...unhandled.map((error) => failure('outside of any test', [error])),
    ]
    if (failed.length > 0) print(['', 'Failed:', ...failed])
  }
}

/** The tests that failed, and what could not be set up or taken down: a file, or a `describe`. */
function failuresOf(module: TestModule): string[] {
  const file = fileOf(module)
  const failed = module.errors().length > 0 ? [failure(file, module.errors())] : []
  for (const suite of module.children.allSuites())
    if (suite.errors().length > 0) failed.push(failure(`${file} > ${suite.fullName}`, suite.errors()))
  for (const test of module.children.allTests()) {
    const { state, errors = [] } = test.result()
    if (state === 'failed') failed.push(failure(`${file} > ${test.fullName}`, errors))
  }
  return failed
}

function failure(where: string, errors: readonly SeenError[]): string {
  const texts = errors.map(({ message, diff = '', stacks: [place] = [] }) => {
    const at = place && `at ${relative(process.cwd(), place.file)}:${place.line}`
    return [shortened(message), shortened(diff), at].filter(Boolean).join('\n')
  })
  return [`  ${where}`, ...texts.map((text) => text.replaceAll(/^/gm, '    '))].join('\n')
}

/** Long words of a program, such as all that it wrote, are told by their beginning and end. */
function shortened(text: string): string {
  return text.length <= 3000 ? text : `${text.slice(0, 1500)}\n…\n${text.slice(-1500)}`
}

function fileOf({ moduleId }: TestModule): string {
  return relative(process.cwd(), moduleId)
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
