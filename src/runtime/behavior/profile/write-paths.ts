/** Where a read-only root needs something that can be written to. */
export interface WritePaths {
  /** Folders for emptyDirs, none within another. */
  readonly emptyDirs: readonly string[]
  /** Paths that are written in volumes of the manifest already. */
  readonly inVolumes: readonly string[]
  /** Folders in which files of the image are read as well: an emptyDir would hide them. */
  readonly hiding: readonly string[]
  /** Files that lie in the root folder itself, where no volume can be. */
  readonly inRoot: readonly string[]
}

/** File systems of their own, which a read-only root leaves as they are. */
const OWN_FILE_SYSTEM = /^\/(?:proc|sys|dev)(?:\/|$)/
/** Mounted by the kubelet, and writable where it means them to be. */
const MANAGED = /^\/(?:etc\/(?:hosts|hostname|resolv\.conf)|dev\/termination-log)$/
/** Folders that are for writing: whatever is written below them, they are mounted as a whole. */
const WHOLE = /^(\/(?:tmp|var\/tmp|run|var\/run|var\/cache|var\/log|var\/spool))(?:\/|$)/

/**
 * @param written - files that were written, and folders that were made
 * @param read - files that were read without having been written before
 * @param volumes - mount paths that the manifest has
 * @param existed - of those written, files that were there already when they were first opened
 */
export function writePathsOf(
  written: readonly string[],
  read: readonly string[],
  volumes: readonly string[],
  existed: readonly string[] = [],
): WritePaths {
  const mounted = volumes.map((path) => path.replace(/\/+$/, ''))
  const isBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)
  const inVolumes: string[] = []
  const inRoot: string[] = []
  const folders = new Set<string>()
  for (const path of written) {
    if (OWN_FILE_SYSTEM.test(path) || MANAGED.test(path)) continue
    if (mounted.some((folder) => isBelow(path, folder))) {
      inVolumes.push(path)
      continue
    }
    const whole = WHOLE.exec(path)?.[1]
    const folder = whole ?? path.slice(0, path.lastIndexOf('/'))
    if (folder === '') inRoot.push(path)
    else folders.add(folder)
  }
  const outer = [...folders].filter(
    (folder) => ![...folders].some((other) => other !== folder && isBelow(folder, other)),
  )
  const made = new Set(written)
  const ofImage = [...read.filter((path) => !made.has(path)), ...existed]
  const hides = (folder: string) => ofImage.some((path) => isBelow(path, folder))
  // Folders of temporary files are empty in every image.
  const hiding = outer.filter((folder) => !/^\/(?:tmp|var\/tmp|run|var\/run)$/.test(folder) && hides(folder))
  return {
    emptyDirs: outer.filter((folder) => !hiding.includes(folder)).sort(),
    inVolumes: inVolumes.sort(),
    hiding: hiding.sort(),
    inRoot: inRoot.sort(),
  }
}
