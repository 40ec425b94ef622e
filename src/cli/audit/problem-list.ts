import type { AuditProblem } from '../../api-access/audit/index.ts'
import { visible } from '../../findings/index.ts'
import type { Render } from '../../messages/index.ts'
import { auditMessages } from './messages.ts'

/** A log may be broken in every line: as many problems are shown one by one. */
const MOST_PROBLEMS = 10

/** Tells the first problems on standard error, and counts all. */
export function createProblemList(render: Render, quiet: boolean) {
  let count = 0
  const tell = (text: string) => {
    if (!quiet) process.stderr.write(`${visible(text)}\n`)
  }
  return {
    get count() {
      return count
    },
    add({ code, problem, position }: AuditProblem) {
      count++
      const place = position.line > 0 ? `${position.source}:${position.line}` : position.source
      if (count <= MOST_PROBLEMS) tell(`${place}: ${code}: ${render(problem)}`)
    },
    end() {
      if (count > MOST_PROBLEMS)
        tell(render(auditMessages.make['problem-count']({ count: count - MOST_PROBLEMS })))
    },
  }
}
