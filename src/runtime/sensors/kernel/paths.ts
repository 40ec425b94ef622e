/** `SCAP_MAX_PATH_SIZE` of libs: what is longer is not kept. */
const LONGEST = 1024
const TOO_LONG = '/DIR_TOO_LONG/FILENAME_TOO_LONG'

/**
 * A path below a folder, normalised as libs does it: by text alone, links are not followed.
 *
 * @param isKnownPlain whether `EventBytes.path` found nothing in the path that has to be normalised
 */
export function resolvePath(folder: string, path: string, isKnownPlain = false): string {
  if (path.charCodeAt(0) === SLASH) {
    if (path.length > LONGEST) return TOO_LONG
    return isKnownPlain || isPlain(path) ? path : normalise(path)
  }
  if (folder.length + path.length > LONGEST) return TOO_LONG
  if (isKnownPlain && isPlainFolder(folder)) {
    if (path.charCodeAt(0) !== POINT) {
      if (path !== '') return folder + path
    } else if (path.charCodeAt(1) === SLASH && path.length > 2) return folder + path.slice(2)
  }
  const whole = folder + (path.charCodeAt(0) === POINT && path.charCodeAt(1) === SLASH ? path.slice(2) : path)
  return whole.charCodeAt(0) === SLASH && isPlain(whole) ? whole : normalise(whole)
}

const SLASH = 47
const POINT = 46

/** Whether nothing in an absolute path has to be normalised. */
function isPlain(path: string): boolean {
  let before = 0
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at)
    if (before === SLASH && (code === SLASH || code === POINT)) return false
    before = code
  }
  return path.length === 1 || before !== SLASH
}

/** The folder that was last found to be absolute and normalised, with its slash: calls of one process follow each other. */
let plainFolder = '/'

function isPlainFolder(folder: string): boolean {
  if (folder === plainFolder) return true
  if (folder.charCodeAt(0) !== SLASH || !folder.endsWith('/')) return false
  if (folder.length > 1 && (folder.length === 2 || !isPlain(folder.slice(0, -1)))) return false
  plainFolder = folder
  return true
}

function normalise(path: string): string {
  const isAbsolute = path.charCodeAt(0) === SLASH
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') kept.push(part)
    else if (kept.length > 0) kept.pop()
  }
  return isAbsolute ? `/${kept.join('/')}` : kept.join('/')
}

/** A working directory always ends in a slash. */
export function resolveFolder(folder: string, path: string): string {
  const resolved = resolvePath(folder, path)
  return resolved.endsWith('/') ? resolved : `${resolved}/`
}

/** Slashes in a row as one. */
export function singleSlashes(path: string): string {
  return path.includes('//') ? path.replace(/\/{2,}/g, '/') : path
}

/** What Linux adds to the path of an executable that is no longer there. */
const DELETED = ' (deleted)'

export function withoutDeleted(path: string): string {
  return path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path
}

export function isRelative(path: string): boolean {
  return path.charCodeAt(0) !== SLASH
}
