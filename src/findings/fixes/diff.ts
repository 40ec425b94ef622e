import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff'

const MAX_CONTEXT = 3

/**
 * What a change of a file looks like to `patch -p1` and `git apply`.
 *
 * @param secretLines - 1-based lines of `before` in which a secret stands in plain text. The diff goes to terminals and
 *   logs of pipelines, so it shows as much context as spares them
 * @returns a unified diff with up to three lines of context; `''` where nothing changed
 */
export function unifiedDiff(
  file: string,
  before: string,
  after: string,
  secretLines: ReadonlySet<number> = new Set(),
): string {
  if (before === after) return ''
  const name = file.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, '')
  for (let context = MAX_CONTEXT; ; context--) {
    const patch = structuredPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, { context })
    if (context === 0 || !patch.hunks.some((hunk) => showsSecret(hunk, secretLines)))
      return formatPatch(patch, FILE_HEADERS_ONLY)
  }
}

function showsSecret(
  hunk: { readonly oldStart: number; readonly lines: readonly string[] },
  secretLines: ReadonlySet<number>,
): boolean {
  let line = hunk.oldStart
  for (const text of hunk.lines) {
    if (text.startsWith('+') || text.startsWith('\\')) continue
    if (text.startsWith(' ') && secretLines.has(line)) return true
    line++
  }
  return false
}
