import {
  accessSync,
  chmodSync,
  constants,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { applyFixes, type Finding, unifiedDiff } from '../../findings/index.ts'
import { type ParsedText, readPaths, readText } from '../../kubernetes/index.ts'
import { type Message, type Render, reasonOf } from '../../messages/index.ts'
import { UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import type { Evaluated } from './evaluate.ts'

const { make } = cliMessages

/** A remedy may make another one safe, as where two bring a list that the pod did not have; no chain is this long. */
const MAX_PASSES = 20

/** What `--fix` did. */
export interface FixOutcome {
  readonly files: number
  readonly applied: number
  readonly skipped: readonly { readonly finding: Finding; readonly reason: Message }[]
}

type Evaluate = (document: ParsedText['documents'][number]) => Evaluated

export interface FixOptions {
  /** Each reading of a text has an evaluation of its own: the entries of a baseline are used up by one. */
  readonly newEvaluation: () => Evaluate
  /** Given, the diff goes here and no file is changed. */
  readonly dryRun?: (diff: string) => void
}

/**
 * Applies the safe remedies of the findings that count to the files themselves. Charts, kustomizations, standard
 * input and clusters are left alone: their objects do not stand in a file as they are.
 *
 * @throws UsageError where a file can't be written
 */
export async function fixFiles(paths: readonly string[], options: FixOptions): Promise<FixOutcome> {
  let files = 0
  let applied = 0
  const skipped: FixOutcome['skipped'][number][] = []
  for (const [file, { findings, secretLines }] of await safeFindings(paths, options.newEvaluation())) {
    const before = readFileSync(file, 'utf8')
    const fixed = await fixText(file, before, findings, options)
    applied += fixed.applied
    skipped.push(...fixed.skipped)
    if (fixed.text === before) continue
    files++
    if (options.dryRun === undefined) replaceFile(file, fixed.text)
    else options.dryRun(await unifiedDiff(file, before, fixed.text, secretLines))
  }
  return { files, applied, skipped }
}

/** Fixes until there is nothing left to do, so that another `--fix` finds nothing either. */
async function fixText(
  file: string,
  before: string,
  findings: readonly Finding[],
  { newEvaluation }: FixOptions,
): Promise<{ text: string; applied: number; skipped: FixOutcome['skipped'] }> {
  let text = before
  let applied = 0
  let skipped: FixOutcome['skipped'] = []
  let left = findings
  for (let pass = 0; pass < MAX_PASSES && left.length > 0; pass++) {
    const fixed = await applyFixes(text, left)
    applied += fixed.applied.length
    skipped = fixed.skipped
    if (fixed.text === text) break
    text = fixed.text
    const evaluate = newEvaluation()
    left = readText(file, text).flatMap((document) => safeOf(evaluate(document)))
    // What was skipped is found again, with its place in the text as it is now.
    skipped = []
  }
  return { text, applied, skipped }
}

/** What is to be told of it: how much was fixed (or would be), and what was not, with the reason. */
export function outcomeMessages(outcome: FixOutcome, isDryRun: boolean, render: Render): readonly Message[] {
  const { files, applied, skipped } = outcome
  const left = skipped.map(({ finding, reason }) => {
    const { file, line, column } = finding.location
    return make['not-fixed']({
      place: `${file}:${line}:${column}`,
      check: finding.check,
      reason: render(reason),
    })
  })
  return [make[isDryRun ? 'would-fix' : 'fixed']({ applied, files }), ...left]
}

/** What is to be done to one file, and what must not be shown of it. */
interface FileToFix {
  readonly findings: Finding[]
  readonly secretLines: Set<number>
}

async function safeFindings(
  paths: readonly string[],
  evaluate: Evaluate,
): Promise<ReadonlyMap<string, FileToFix>> {
  const byFile = new Map<string, FileToFix>()
  const source = { stdin: process.stdin, renderFolder: leaveOut }
  for await (const { documents } of readPaths(paths, source))
    for (const document of documents) {
      const evaluated = evaluate(document)
      const file = byFile.get(document.file) ?? { findings: [], secretLines: new Set() }
      byFile.set(document.file, file)
      for (const line of evaluated.secretLines) file.secretLines.add(line)
      file.findings.push(...safeOf(evaluated))
    }
  for (const [name, { findings }] of byFile) if (findings.length === 0) byFile.delete(name)
  return byFile
}

function safeOf({ findings }: Evaluated): Finding[] {
  return findings.flatMap(({ finding, suppression }) =>
    suppression === undefined && finding.remediation?.safe === true ? [finding] : [],
  )
}

/** A folder that would be rendered has nothing to fix in place. */
async function leaveOut(
  _folder: string,
  entries: readonly string[],
): Promise<AsyncIterable<ParsedText> | undefined> {
  const isRendered = entries.some((name) => name === 'Chart.yaml' || /^kustomization(\.ya?ml)?$/i.test(name))
  return isRendered ? nothing() : undefined
}

async function* nothing(): AsyncGenerator<ParsedText> {}

/**
 * Either the whole new text or the old one: written beside the file, then moved over it, mode and symbolic link kept.
 * A file that has other names (hard links) or another owner is written in place, since it would lose them.
 */
function replaceFile(path: string, text: string): void {
  try {
    const file = realpathSync(path)
    const { mode, nlink, uid } = statSync(file)
    accessSync(file, constants.W_OK)
    // The superuser may write what is marked read-only, but was not asked to.
    if ((mode & 0o222) === 0) throw Object.assign(new Error('read-only'), { code: 'EACCES' })
    if (nlink > 1 || uid !== process.geteuid?.()) writeFileSync(file, text)
    else moveOver(file, text, mode)
  } catch (error) {
    const reason = reasonOf(error)
    throw new UsageError('ERR_OUTPUT', make['cannot-write']({ path, reason }), cliMessages)
  }
}

function moveOver(file: string, text: string, mode: number): void {
  const temporary = join(dirname(file), `.haetae-${process.pid}-${Date.now()}`)
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 })
    chmodSync(temporary, mode)
    renameSync(temporary, file)
  } finally {
    rmSync(temporary, { force: true })
  }
}
