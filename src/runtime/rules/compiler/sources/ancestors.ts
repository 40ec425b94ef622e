import type { RawScalar, RawValue } from '../event-source.ts'
import type { SyscallEvent } from './syscall-events.ts'

/** How many ancestors are looked for; Falco itself follows no longer chain in `proc.aenv`. */
const MAX_ANCESTORS = 20

/** Fields with blanks of their own: where only the joined text is known, it is searched as a whole as well. */
const HAVE_BLANKS: ReadonlySet<string> = new Set(['proc.acmdline', 'proc.aargs', 'proc.aenv'])

/**
 * Makes what reads a field of every ancestor: `proc.aname` without an index. Events list ancestors one by one
 * (`proc.aname[1]` is the parent), or all in one text, oldest last, between blanks; of both, the list is the more exact.
 */
export function ancestorsReader(name: string): (event: SyscallEvent) => RawValue {
  const keys = Array.from({ length: MAX_ANCESTORS }, (_, index) => `${name}[${index + 1}]`)
  return ({ fields }) => {
    const listed: RawScalar[] = []
    for (const key of keys) {
      const value = fields[key]
      if (value === undefined || value === null || typeof value === 'object') break
      listed.push(value)
    }
    const joined = fields[name]
    if (typeof joined === 'object' && joined !== null) return joined
    const rest = joined === undefined || joined === null ? '' : unlisted(String(joined), listed)
    if (rest !== '') listed.push(...rest.split(' '))
    if (rest !== '' && HAVE_BLANKS.has(name)) listed.push(rest)
    return listed.length === 0 ? undefined : listed
  }
}

/** What the joined text has beyond the listed ancestors. */
function unlisted(joined: string, listed: readonly RawScalar[]): string {
  if (listed.length === 0) return joined
  const start = listed.join(' ')
  return joined.startsWith(`${start} `) ? joined.slice(start.length + 1) : ''
}
