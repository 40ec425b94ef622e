import { createWriteStream } from 'node:fs'
import {
  createReporter,
  type Outlet,
  type ReportedFinding,
  type Reporter,
  type ReportPart,
  type Run,
  type StreamSink,
  type Summary,
  streamSink,
} from '../../findings/index.ts'
import type { InputProblem } from '../../kubernetes/index.ts'
import { cannotWrite } from '../writing.ts'
import type { ReportTarget } from './options.ts'

/** All reports of one run, written side by side. */
export interface Reports {
  readonly outlets: readonly Outlet[]
  finding(reported: ReportedFinding): void
  problem(problem: InputProblem): void
  /** Takes findings rendered elsewhere: for each report, in their order, its bytes. */
  append(parts: readonly (ReportPart | undefined)[]): void
  /** Undefined while every consumer keeps up. */
  ready(): Promise<void> | undefined
  close(summary: Summary): Promise<void>
}

/**
 * Opens the reports and begins each.
 *
 * @throws UsageError where a file can't be written
 */
export async function openReports(
  targets: readonly ReportTarget[],
  run: Run,
  colour: boolean,
): Promise<Reports> {
  const opened: { reporter: Reporter; sink: StreamSink; target: ReportTarget }[] = []
  for (const target of targets) {
    const sink = await openSink(target)
    const reporter = await createReporter(target.format, sink, {
      colour: colour && target.file === undefined,
    })
    reporter.begin(run)
    opened.push({ reporter, sink, target })
  }
  return {
    outlets: opened,
    finding(reported) {
      for (const { reporter } of opened) reporter.finding(reported)
    },
    problem(problem) {
      for (const { reporter } of opened) reporter.problem(problem)
    },
    append(parts) {
      for (const [index, part] of parts.entries())
        if (part !== undefined) opened[index]?.reporter.append?.(part)
    },
    ready() {
      const waits = opened.flatMap(({ sink }) => sink.ready() ?? [])
      return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined)
    },
    async close(summary) {
      for (const { reporter, sink, target } of opened) {
        reporter.end(summary)
        try {
          await sink.close()
        } catch (error) {
          throw cannotWrite(target.file ?? '-', error)
        }
      }
    },
  }
}

async function openSink({ file }: ReportTarget): Promise<StreamSink> {
  if (file === undefined) return streamSink(process.stdout, { end: false })
  const stream = createWriteStream(file)
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve())
    stream.once('error', (error) => reject(cannotWrite(file, error)))
  })
  return streamSink(stream, { end: true })
}
