import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from './exit.ts'
import { cliMessages } from './messages.ts'

const HERE = dirname(fileURLToPath(import.meta.url))

/**
 * The folder of this package: the nearest above this code, built or not, that has a package file.
 *
 * @param start - the folder of this code
 * @throws UsageError (`ERR_NO_PACKAGE`) where there is none, as in a build that was copied out of its package
 */
export function packageRoot(start = HERE): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === dirname(folder))
      throw new UsageError('ERR_NO_PACKAGE', cliMessages.make['no-package']({ folder: start }), cliMessages)
  }
}
