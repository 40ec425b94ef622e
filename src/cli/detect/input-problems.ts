import type { Render } from '../../messages/index.ts'
import type { SensorProblem } from '../../runtime/sensors/index.ts'
import { detectMessages } from './messages.ts'

const { make } = detectMessages

/** How many problems inputs had so far; those by which events were lost are among them. */
export interface ProblemCounts {
  problems: number
  lost: number
}

/** Tells the first problems of inputs of events one by one, and counts all. */
export interface ProblemTeller {
  take(problem: SensorProblem): void
  /** Says how many were not told. */
  end(): void
}

/**
 * @param counts - what is counted so far; counted on
 * @param most - problems that are told
 * @param render - knows the messages of sensors and of detection
 */
export function createProblemTeller(
  counts: ProblemCounts,
  most: number,
  tell: (line: string) => void,
  render: Render,
): ProblemTeller {
  return {
    take({ problem, position, isLoss }) {
      counts.problems++
      if (isLoss) counts.lost++
      if (counts.problems > most) return
      const place = position.line > 0 ? `${position.source}:${position.line}` : position.source
      tell(render(make.problem({ place, reason: render(problem) })))
    },
    end() {
      const untold = counts.problems - most
      if (untold > 0) tell(render(make['more-problems']({ count: untold })))
    },
  }
}
