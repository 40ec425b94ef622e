import type { ProcessMount } from './facts.ts'

/**
 * /proc/PID/mountinfo (proc_pid_mountinfo(5)): number, parent, device, root, mount point, options, optional fields up to a
 * dash, type, source, options of the file system. Lines that are none are passed over.
 */
export function parseMountInfo(text: string): readonly ProcessMount[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.split(' ')
    const dash = fields.indexOf('-', 6)
    const [, , , root, mountPoint, options] = fields
    const [type, source, superOptions] = dash < 0 ? [] : fields.slice(dash + 1)
    if (root === undefined || mountPoint === undefined || options === undefined || type === undefined)
      return []
    const own = options.split(',')
    return [
      {
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
