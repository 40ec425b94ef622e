/**
 * One spelling for each absolute path: no empty, `.` and `..` components, no slash at the end, /var/run as /run.
 *
 * @returns `/` for the root; `..` above the root stays there, as the kernel resolves it
 */
export function normalizePath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
    // Filesystem Hierarchy Standard 3.0, 5.13 and 5.9: /var/run and /var/lock are links into /run. A link is
    // followed before a further `..` applies, so that /var/run/../x is /x.
    if (parts.length === 2 && parts[0] === 'var') {
      if (parts[1] === 'run') parts.splice(0, 2, 'run')
      else if (parts[1] === 'lock') parts.splice(0, 2, 'run', 'lock')
    }
  }
  return `/${parts.join('/')}`
}

/** Whether a normalised path is `directory` itself or lies in it. */
export function isWithin(path: string, directory: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`)
}
