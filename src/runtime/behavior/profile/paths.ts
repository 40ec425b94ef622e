/** The folder that an absolute path lies in; empty for what lies in the root folder, and for that itself. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0))
}

/** Whether a path is a folder, other than the root, or lies below it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

/** Mount paths of a manifest as all other paths are written: without a slash at the end. */
export function withoutLastSlash(path: string): string {
  return path.replace(/\/+$/, '')
}
