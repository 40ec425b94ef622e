import type { ReportedFinding, Tally } from '../../findings/index.ts'
import type { InputProblem, ParsedText, SourceDocument } from '../../kubernetes/index.ts'
import type { Evaluated } from './evaluate.ts'

/** What a lane hands its results to. */
export interface LaneOutput {
  finding(reported: ReportedFinding): void
  problem(problem: InputProblem): void
}

/** Numbers of a run that no report counts. */
export interface LaneCounts {
  objects: number
  /** Documents that are no manifests. */
  others: number
}

/** The way of parsed input through evaluation into the reports, in order; the same in one thread or in many. */
export function createLane(
  evaluate: (document: SourceDocument) => Evaluated,
  tally: Tally,
  output: LaneOutput,
): (parsed: ParsedText, counts: LaneCounts) => void {
  const problem = (each: InputProblem) => {
    tally.problem()
    output.problem(each)
  }
  return ({ documents, problems, others = 0 }, counts) => {
    counts.others += others
    counts.objects += documents.length
    for (const each of problems) problem(each)
    for (const document of documents) {
      const evaluated = evaluate(document)
      for (const each of evaluated.problems) problem(each)
      for (const finding of evaluated.findings) {
        tally.finding(finding)
        output.finding(finding)
      }
    }
  }
}
