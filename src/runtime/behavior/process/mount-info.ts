import type { ProcessMount } from './facts.ts'

/**
 * /proc/PID/mountinfo (proc_pid_mountinfo(5)): number, parent, device, root, mount point, options, optional fields up to a
 * dash, type, source, options of the file system. Lines that are none are passed over.
 *
 * @param ofNode - the same of the node's first process, by which what both have is found
 */
export function parseMountInfo(text: string, ofNode = ''): readonly ProcessMount[] {
  const onNode = linesOf(ofNode)
  return linesOf(text).map(({ device, ...mount }) => {
    const nodePath = nodePathOf(device, mount.root, onNode)
    return nodePath === undefined ? mount : { ...mount, nodePath }
  })
}

type MountLine = Omit<ProcessMount, 'nodePath'> & { readonly device: string }

function linesOf(text: string): readonly MountLine[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.split(' ')
    const dash = fields.indexOf('-', 6)
    const [, , device, root, mountPoint, options] = fields
    const [type, source, superOptions] = dash < 0 ? [] : fields.slice(dash + 1)
    if (device === undefined || root === undefined || mountPoint === undefined) return []
    if (options === undefined || type === undefined) return []
    const own = options.split(',')
    return [
      {
        device,
        mountPoint: unescaped(mountPoint),
        type,
        source: unescaped(source ?? ''),
        root: unescaped(root),
        isReadOnly: own.includes('ro') || (superOptions ?? '').split(',').includes('ro'),
        options: own,
      },
    ]
  })
}

/** Where the node has a folder of a file system: below the innermost of its mounts that has it. */
function nodePathOf(device: string, root: string, onNode: readonly MountLine[]): string | undefined {
  let found: string | undefined
  let longest = -1
  for (const mount of onNode) {
    if (mount.device !== device || mount.root.length <= longest) continue
    const above = mount.root === '/' ? '' : mount.root
    if (root !== mount.root && !root.startsWith(`${above}/`)) continue
    longest = mount.root.length
    const path = `${mount.mountPoint === '/' ? '' : mount.mountPoint}${root.slice(above.length)}`
    found = path.length > 1 ? path.replace(/\/$/, '') : '/'
  }
  return found
}

/** Of overlays, by their mount points: the folder of the upper layer, where there is one. */
export function upperFolders(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const line of text.split('\n')) {
    const fields = line.split(' ')
    const dash = fields.indexOf('-', 6)
    if (dash < 0 || fields[dash + 1] !== 'overlay') continue
    const upper = fields[dash + 3]?.split(',').find((option) => option.startsWith('upperdir='))
    if (upper !== undefined) found.set(unescaped(fields[4] ?? ''), unescaped(upper.slice('upperdir='.length)))
  }
  return found
}

/** Blanks, tabs, line breaks and backslashes are written in octal: `\040`. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
