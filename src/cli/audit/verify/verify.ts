import { readFile } from 'node:fs/promises'
import pc from 'picocolors'
import {
  type Anchor,
  type AnchorKey,
  anchorsPath,
  createChainVerifier,
  type RecordPosition,
  readAnchorFile,
  readAnchorKey,
  readAnchors,
  readStoredAnchors,
} from '../../../api-access/audit/index.ts'
import { createRenderer, type Language, reasonOf } from '../../../messages/index.ts'
import { DatabaseError } from '../../../storage/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../../exit.ts'
import { cliMessages } from '../../messages.ts'
import { choiceOf } from '../../options.ts'
import { terminalOf } from '../../terminal.ts'
import { badStore, LOG_MESSAGES, readLogs } from '../logs.ts'
import { createProblemList } from '../problem-list.ts'
import { verifyMessages } from './messages.ts'
import { verificationText } from './report.ts'

export interface VerifyOptions {
  readonly store?: string
  readonly anchors?: string
  readonly key?: string
  readonly format: string
  readonly quiet?: boolean
  readonly color: boolean
}

/**
 * `haetae audit verify`: whether the hash chain of a log, with its rotated files, or of the store is whole.
 *
 * @param paths - one log, whose rotated files are read first, or all files of one log; `-` for standard input
 * @returns 1 where the chain is broken, or where there is none; 3 where some lines could not be read and the rest is whole
 * @throws UsageError for a key, an anchor file or a store that is none
 */
export async function verifyLogs(
  paths: readonly string[],
  options: VerifyOptions,
  language: Language,
): Promise<ExitStatus> {
  const format = choiceOf('--format', options.format, ['text', 'json'] as const)
  const render = createRenderer([verifyMessages, ...LOG_MESSAGES], language)
  const { store } = options
  // Several files are all there is of the log; of one, its rotated files belong to it.
  const batches = readLogs(paths, store === undefined ? { rotated: paths.length === 1 } : { store })
  const key = options.key === undefined ? undefined : await readKey(options.key)
  const verifier = createChainVerifier<RecordPosition>(await anchorsOf(paths, options), key)
  const problems = createProblemList(render, options.quiet === true)
  for await (const items of batches)
    for (const item of items) {
      if ('event' in item) verifier.take(item.event, item.position)
      else problems.add(item)
    }
  problems.end()
  const report = verifier.report()
  const colors = pc.createColors(terminalOf(process.stdout, process.env, options.color).colour)
  process.stdout.write(
    format === 'json'
      ? `${JSON.stringify({ valid: report.breaks.length === 0 && report.last !== undefined, ...report }, null, 2)}\n`
      : verificationText(report, { render, colors }),
  )
  // A line that cannot be read is a break as well, if it was chained: the break is certain, hence it goes before 3.
  if (report.breaks.length > 0) return EXIT.findings
  if (problems.count > 0) return EXIT.incomplete
  return report.last === undefined ? EXIT.findings : EXIT.done
}

async function anchorsOf(
  paths: readonly string[],
  { store, anchors }: VerifyOptions,
): Promise<readonly Anchor[]> {
  if (anchors !== undefined) return readAnchorFile(await content(anchors))
  if (store === undefined) return (await Promise.all(paths.map(anchorsBeside))).flat()
  try {
    return await readStoredAnchors(store)
  } catch (error) {
    throw error instanceof DatabaseError ? badStore(store, error) : error
  }
}

async function anchorsBeside(path: string): Promise<readonly Anchor[]> {
  try {
    return await readAnchors(path)
  } catch (error) {
    throw unreadable(anchorsPath(path), error)
  }
}

async function readKey(path: string): Promise<AnchorKey> {
  const key = readAnchorKey(await content(path))
  if (key === undefined)
    throw new UsageError('ERR_KEY', verifyMessages.make['bad-key']({ path }), verifyMessages)
  return key
}

async function content(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw unreadable(path, error)
  }
}

function unreadable(path: string, error: unknown): UsageError {
  const detail = cliMessages.make['cannot-read']({ path, reason: reasonOf(error) })
  return new UsageError('ERR_UNREADABLE', detail, cliMessages)
}
