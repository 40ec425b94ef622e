import { isBelow, parentOf, withoutLastSlash } from './paths.ts'

/** Where a read-only root needs something that can be written to. */
export interface WritePaths {
  /** Folders for emptyDirs, none within another. */
  readonly emptyDirs: readonly string[]
  /** Paths that are written in volumes of the manifest already. */
  readonly inVolumes: readonly string[]
  /** Folders in which there are files or folders of the image that are needed: an emptyDir would hide them. */
  readonly hiding: readonly string[]
  /** Files that lie in the root folder itself, where no volume can be. */
  readonly inRoot: readonly string[]
}

/** File systems of their own, which a read-only root leaves as they are. */
const OWN_FILE_SYSTEM = /^\/(?:proc|sys|dev)(?:\/|$)/
/** Mounted by the kubelet, and writable where it means them to be. */
const MANAGED = /^\/(?:etc\/(?:hosts|hostname|resolv\.conf)|dev\/termination-log)$/
/** Folders that are for writing: whatever is written below them, they are mounted as a whole, where nothing below is the image's. */
const WHOLE = /^(\/(?:tmp|var\/tmp|run|var\/run|var\/cache|var\/log|var\/spool))(?:\/|$)/

/**
 * @param written - files that were written, and folders that were made
 * @param read - files that were read without having been written before
 * @param volumes - mount paths that the manifest has
 * @param existed - of those written, files that were there already when they were first opened
 * @param folders - of those that were written to, folders that were there, and not made: the image's
 */
export function writePathsOf(
  written: readonly string[],
  read: readonly string[],
  volumes: readonly string[],
  existed: readonly string[] = [],
  folders: readonly string[] = [],
): WritePaths {
  const mounted = volumes.map(withoutLastSlash)
  const inVolumes: string[] = []
  const inRoot: string[] = []
  const mayBe = new Set<string>()
  const ofImage = new Set(folders.filter((folder) => !mounted.some((volume) => isBelow(folder, volume))))
  for (const path of written) {
    if (OWN_FILE_SYSTEM.test(path) || MANAGED.test(path)) continue
    if (mounted.some((folder) => isBelow(path, folder))) {
      inVolumes.push(path)
      continue
    }
    const whole = WHOLE.exec(path)?.[1]
    const folder = whole === undefined ? parentOf(path) : nearestOf(ofImage, path, whole)
    if (folder === '') inRoot.push(path)
    else mayBe.add(folder)
  }
  const outer = [...mayBe].filter(
    (folder) => ![...mayBe].some((other) => other !== folder && isBelow(folder, other)),
  )
  const made = new Set(written)
  const files = [...read.filter((path) => !made.has(path)), ...existed]
  const hidesFiles = (folder: string) => files.some((path) => isBelow(path, folder))
  const hidesFolders = (folder: string) =>
    [...ofImage].some((other) => other !== folder && isBelow(other, folder))
  // Folders of temporary files have no files in any image.
  const isEmpty = (folder: string) => /^\/(?:tmp|var\/tmp|run|var\/run)$/.test(folder)
  const hiding = outer.filter((folder) => hidesFolders(folder) || (!isEmpty(folder) && hidesFiles(folder)))
  return {
    emptyDirs: outer.filter((folder) => !hiding.includes(folder)).sort(),
    inVolumes: inVolumes.sort(),
    hiding: hiding.sort(),
    inRoot: inRoot.sort(),
  }
}

/** The innermost of the folders that a path lies in, below one that it lies in as well; else that one. */
function nearestOf(folders: ReadonlySet<string>, path: string, outermost: string): string {
  for (let at = parentOf(path); at.length > outermost.length; at = parentOf(at))
    if (folders.has(at)) return at
  return outermost
}
