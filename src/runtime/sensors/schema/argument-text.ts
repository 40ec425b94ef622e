import { EVENT_TYPES, eventNumber, type ValueSet } from './event-types.ts'

/**
 * Arguments of calls that are known as the kernel's numbers, in the words of `evt.arg.NAME`: names of the bits in the order of
 * libs' table, or the number itself where there are none.
 */

const MODE_BITS = valuesOf('SYSCALL_CHMOD_X', 'mode')

/** `S_IXOTH|S_IROTH|…|S_ISUID` */
export function modeText(mode: number): string {
  return bitNames(mode, MODE_BITS) || (mode === 0 ? '0' : `0${mode.toString(8)}`)
}

/** Bits of unshare(2) and setns(2) in the kernel's own numbers. */
const NAMESPACE_BITS: ValueSet = [
  ['CLONE_FILES', 0x400],
  ['CLONE_FS', 0x200],
  ['CLONE_NEWIPC', 0x800_0000],
  ['CLONE_NEWNET', 0x4000_0000],
  ['CLONE_NEWNS', 0x2_0000],
  ['CLONE_NEWPID', 0x2000_0000],
  ['CLONE_NEWUTS', 0x400_0000],
  ['CLONE_SYSVSEM', 0x4_0000],
  ['CLONE_NEWUSER', 0x1000_0000],
  ['CLONE_NEWCGROUP', 0x200_0000],
]

/** `CLONE_NEWNS|CLONE_NEWUTS` */
export function namespaceText(flags: number): string {
  return bitNames(flags, NAMESPACE_BITS) || String(flags)
}

function bitNames(number: number, values: ValueSet): string {
  return values
    .filter(([, bit]) => (number & bit) !== 0)
    .map(([name]) => name)
    .join('|')
}

function valuesOf(symbol: string, parameter: string): ValueSet {
  return EVENT_TYPES[eventNumber(symbol)]?.parameters.find(({ name }) => name === parameter)?.values ?? []
}

const FAMILIES = valuesOf('SOCKET_SOCKET_X', 'domain')

/** All names that libs has for a family of sockets: `AF_LOCAL|AF_UNIX` for `AF_UNIX`. One that it does not know stays as it is. */
export function familyText(name: string): string {
  const value = FAMILIES.find(([known]) => known === name)?.[1]
  const names = FAMILIES.filter(([, other]) => other === value).map(([known]) => known)
  return names.length === 0 ? name : names.join('|')
}
