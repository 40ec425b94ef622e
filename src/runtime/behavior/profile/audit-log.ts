import { nativeCallName } from '../../sensors/index.ts'
import type { OutsideCall } from './outside.ts'

/** AUDIT_SECCOMP (Linux, include/uapi/linux/audit.h). */
const RECORD = /\btype=(?:1326|SECCOMP)\b/
/**
 * What a filter does with calls that are outside (include/uapi/linux/seccomp.h): they are logged, refused with an error, or end
 * their process or thread, by a signal that it might catch for one.
 */
const OUTSIDE: ReadonlySet<number> = new Set([0x7ffc0000, 0x00050000, 0x80000000, 0x00000000, 0x00030000])
const ACTION_MASK = 0xffff0000
/** AUDIT_ARCH_X86_64. */
const X86_64 = 'c000003e'

/** What the kernel's audit log has of seccomp. */
export interface SeccompAudit {
  readonly calls: readonly OutsideCall[]
  /** How many records there are of seccomp, whatever they say. */
  readonly records: number
  /** How many of them are of calls that were logged, refused or ended, and have no name here: those of 32-bit programs. */
  readonly nameless: number
}

/**
 * Reads what the kernel's audit subsystem wrote of seccomp: lines of /var/log/audit/audit.log, of syslog or of dmesg.
 * Calls of x86-64 have names; other lines are passed over.
 */
export function readSeccompAudit(text: string): SeccompAudit {
  let records = 0
  let nameless = 0
  const found = new Map<string, { programs: Set<string>; count: number }>()
  for (const line of text.split('\n')) {
    if (!RECORD.test(line)) continue
    const field = (name: string) =>
      new RegExp(`\\b${name}=("[^"]*"|\\S+)`).exec(line)?.[1]?.replaceAll('"', '')
    records++
    const code = field('code')
    if (code === undefined || !OUTSIDE.has((Number.parseInt(code, 16) & ACTION_MASK) >>> 0)) continue
    const isNative = (field('arch') ?? '').toLowerCase() === X86_64
    const call = isNative ? nativeCallName(Number(field('syscall') ?? -1)) : undefined
    if (call === undefined) {
      nameless++
      continue
    }
    const known = found.get(call) ?? { programs: new Set<string>(), count: 0 }
    known.count++
    const program = field('exe') ?? field('comm')
    if (program !== undefined) known.programs.add(program)
    found.set(call, known)
  }
  const calls = [...found].map(
    ([call, { programs, count }]): OutsideCall => ({
      call,
      source: 'audit',
      programs: [...programs].sort(),
      count,
    }),
  )
  return { calls, records, nameless }
}
