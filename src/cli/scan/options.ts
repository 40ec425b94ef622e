import { realpathSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { FAIL_ON, type FailOn, REPORT_FORMATS, type ReportFormat } from '../../findings/index.ts'
import { LEVELS, type Level, type PolicyVersion } from '../../pod-security/index.ts'
import { UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { policyVersionOf } from '../policy-version.ts'

/** The options of `haetae scan` as commander gives them. */
export interface ScanOptions {
  readonly cluster?: boolean
  readonly kubeconfig?: string
  readonly context?: string
  readonly namespace?: string
  readonly allNamespaces?: boolean
  readonly level: string
  readonly version: string
  readonly admissionConfig?: string
  readonly failOn: string
  readonly format?: readonly string[]
  readonly output?: string
  readonly only?: readonly string[]
  readonly skip?: readonly string[]
  readonly baseline?: string
  readonly writeBaseline?: string
  readonly fix?: boolean
  readonly dryRun?: boolean
  readonly quiet?: boolean
  readonly color: boolean
}

/** A report to write; without a file it goes to standard output. */
export interface ReportTarget {
  readonly format: ReportFormat
  readonly file?: string
}

/** What was asked for, every value checked. */
export interface ScanSettings {
  readonly level: Level
  readonly version: PolicyVersion
  readonly failOn: FailOn
  readonly reports: readonly ReportTarget[]
  readonly only: readonly string[]
  readonly skip: readonly string[]
}

/**
 * @param paths - what is scanned; no report may be written over it
 * @throws UsageError for a value that its option does not take
 */
export function scanSettings(options: ScanOptions, paths: readonly string[]): ScanSettings {
  const reports = reportTargets(options)
  checkFiles(reports, paths)
  return {
    level: oneOf('--level', options.level, LEVELS),
    version: policyVersionOf(options.version),
    failOn: oneOf('--fail-on', options.failOn, FAIL_ON),
    reports,
    only: names(options.only),
    skip: names(options.skip),
  }
}

function oneOf<T extends string>(option: string, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value)
  if (found !== undefined) return found
  throw new UsageError(
    'ERR_OPTION_VALUE',
    cliMessages.make['unknown-value']({ option, value, known }),
    cliMessages,
  )
}

function reportTargets({ format, output, dryRun }: ScanOptions): ReportTarget[] {
  // With --dry-run standard output is for the diff.
  const isDiffAlone = dryRun === true && output === undefined
  const targets = (format ?? (isDiffAlone ? [] : ['pretty'])).map((text): ReportTarget => {
    const equals = text.indexOf('=')
    const name = oneOf('--format', equals < 0 ? text : text.slice(0, equals), REPORT_FORMATS)
    return equals < 0 ? { format: name } : { format: name, file: text.slice(equals + 1) }
  })
  const onStdout = targets.filter(({ file }) => file === undefined)
  if (onStdout.length > 1)
    throw new UsageError('ERR_OUTPUT', cliMessages.make['format-twice-on-stdout']({}), cliMessages)
  if (isDiffAlone && onStdout.length > 0)
    throw new UsageError('ERR_OUTPUT', cliMessages.make['diff-and-report']({}), cliMessages)
  if (output === undefined) return targets
  if (onStdout.length === 0)
    throw new UsageError('ERR_OUTPUT', cliMessages.make['output-unused']({ path: output }), cliMessages)
  return targets.map((target) => (target.file === undefined ? { ...target, file: output } : target))
}

/** Two reports in one file would be neither, and one in the place of its own input would destroy a manifest. */
function checkFiles(reports: readonly ReportTarget[], paths: readonly string[]): void {
  const inputs = new Set(paths.map(identityOf))
  const written = new Set<string>()
  for (const { file } of reports) {
    // What is written to a device stays apart, or is lost on purpose.
    if (file === undefined || file.startsWith('/dev/')) continue
    const identity = identityOf(file)
    const wrong = inputs.has(identity)
      ? 'report-over-input'
      : written.has(identity)
        ? 'written-twice'
        : undefined
    if (wrong !== undefined)
      throw new UsageError('ERR_OUTPUT', cliMessages.make[wrong]({ path: file }), cliMessages)
    written.add(identity)
  }
}

/**
 * What tells the files that a run writes from its input: a report may stand in the folder that is scanned.
 *
 * @returns undefined where no report goes to a file
 */
export function isReportOf(reports: readonly ReportTarget[]): ((file: string) => boolean) | undefined {
  const files = reports.flatMap(({ file }) => (file === undefined ? [] : [file]))
  if (files.length === 0) return undefined
  const names = new Set(files.map((file) => basename(file)))
  // Looked up when a name is met: the reports are made after this.
  return (file) => names.has(basename(file)) && files.some((each) => identityOf(each) === identityOf(file))
}

/** One name for all names of a file; a file that is yet to be made has the one that it is given. */
function identityOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

/** `--only a,b --only c` names three. */
function names(values: readonly string[] = []): string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
