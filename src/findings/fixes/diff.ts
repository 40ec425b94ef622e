import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'

/**
 * What a change of a file looks like to `patch -p1` and `git apply`.
 *
 * @returns a unified diff with three lines of context; `''` where nothing changed
 */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return ''
  const name = file.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, '')
  return createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  })
}
