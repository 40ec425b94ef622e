import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { VERSION } from './version.ts'

/**
 * The entry of the command line. What every call needs stands here; all else is loaded when it is asked for,
 * so that `haetae --version` and a scan of one file start quickly.
 */
const [, , ...argv] = process.argv

if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  process.stdout.write(`${VERSION}\n`)
} else {
  // Compiled code is kept in the user's own cache folder, not in a shared one where others could plant theirs.
  enableCompileCache(join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'haetae', 'compile'))
  void import('./run.ts').then(async ({ run }) => {
    process.exitCode = await run(argv)
  })
}
