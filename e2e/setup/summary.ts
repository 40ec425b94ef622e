import { relative } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

/** Prints, after everything else, what the suites compared and what could not be tried here, each with its reason. */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const results: string[] = []
    const untried = new Map<string, number>()
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId)
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
  }
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
