import { type ParsedText, readPaths } from '../../kubernetes/index.ts'
import { UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import type { ScanOptions } from './options.ts'

/**
 * Where the objects come from: files, folders, standard input, or a live cluster.
 *
 * @param onFile - told of each file before it is read
 * @throws UsageError where nothing was named
 */
export function openSource(
  paths: readonly string[],
  options: ScanOptions,
  onFile: (file: string) => void,
): AsyncIterable<ParsedText> {
  if (paths.length === 0 && options.cluster !== true)
    throw new UsageError('ERR_NOTHING_TO_SCAN', cliMessages.make['nothing-to-scan']({}), cliMessages)
  return readPaths(paths, { stdin: process.stdin, onFile })
}
