import type { InputProblem } from '../../kubernetes/index.ts'
import type { Language, Localized, Render } from '../../messages/index.ts'
import type { Severity } from '../finding.ts'
import type { ReportedFinding } from '../reported.ts'
import type { Summary } from '../tally.ts'
import type { FailOn } from '../threshold.ts'
import type { RepeatedObject, Stencil } from './stencil.ts'

/** What a report tells of a check; every `Check` is one. */
export interface CheckDescription {
  readonly id: string
  readonly severity: Severity
  readonly title: Localized
  readonly references: readonly string[]
}

/** What is known before the first finding. */
export interface Run {
  /** Haetae's own version. */
  readonly version: string
  readonly language: Language
  readonly render: Render
  /** Every check whose findings may come. */
  readonly checks: readonly CheckDescription[]
  /** URL of a check's documentation page in the run's language. */
  readonly helpUrl: (check: string) => string | undefined
  readonly failOn: FailOn
  /** Whether known findings are told from new ones. */
  readonly hasBaseline: boolean
  /** When the run began, RFC 3339; reports without it can be compared byte by byte. */
  readonly startedAt?: string
  /** Absolute path of the folder that relative file names start from. */
  readonly root?: string
}

/**
 * Writes one report while the run goes on: `begin`, then findings and problems as they come (those of one
 * object together), then `end`. Synchronous: back-pressure is the sink's (`StreamSink.ready`).
 */
export interface Reporter {
  begin(run: Run): void
  finding(reported: ReportedFinding): void
  problem(problem: InputProblem): void
  /**
   * Takes what another reporter of the same run and format wrote for findings, so that they can be rendered elsewhere
   * (see `createPartWriter`). Absent where a format needs to see every finding itself.
   */
  append?(part: ReportPart): void
  /** What follows will stand apart from what came before: the next finding names its object again. */
  separate?(): void
  /**
   * Is told that the same will be said of another object: by a stencil, made of what `finding` wrote for all findings of
   * one that were not the first and are not excepted (see `recordFindings`). Absent where a format needs to see every
   * finding itself.
   *
   * @returns that object's own texts, by their number (see `ReportSink.writeOwn`)
   */
  ownTexts?(object: RepeatedObject): readonly Uint8Array[]
  /** Hands over what was to be written at the end. */
  takeKept?(): Chunks
  end(summary: Summary): void
}

/** UTF-8 in one or more chunks, which are the receiver's to keep. */
export type Chunks = readonly Uint8Array<ArrayBuffer>[]

/** A piece of a report that was rendered elsewhere. */
export interface ReportPart {
  /** What stands where the findings do. */
  readonly inline: Chunks
  /** What the format has a place for behind them. */
  readonly kept: Chunks
}

/** Takes a report's text. Text that recurs is best kept as bytes: encoding costs more than all else in a report. */
export interface ReportSink {
  write(text: string): void
  /** @param bytes - UTF-8 */
  writeBytes(bytes: Uint8Array): void
  /** @param bytes - UTF-8, the sink's to keep */
  giveBytes(bytes: Uint8Array<ArrayBuffer>): void
  /** @param number - a whole number from 0 */
  writeNumber(number: number): void
  /** Writes the number of a line of the input. */
  writeLine(line: number): void
  /** Writes as many blanks as the number of a line of the input has digits. */
  writeLineBlank(line: number): void
  /** Writes a text made of the object's name or its file: the `number`th of those that the format has. */
  writeOwn(number: number, bytes: Uint8Array): void
  /** Begins to keep what is written. @param line - on which the object's document begins */
  beginStencil(line: number): void
  /** @returns what was written since; undefined where it was too much to be kept */
  endStencil(): Stencil | undefined
  /**
   * Writes it for another object.
   *
   * @param own - that object's own texts, by their number
   * @param line - on which that object's document begins
   * @returns the same as it was written now, to be written the next time
   */
  writeStencil(stencil: Stencil, own: readonly Uint8Array[], line: number): Stencil
}
