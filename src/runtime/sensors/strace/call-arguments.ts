import { familyText, modeText } from '../schema/argument-text.ts'
import type { SensedValue } from '../syscall-events.ts'
import type { StraceCall } from './parse.ts'

/** Where the mode stands of the calls that change a file's. */
const MODES: Readonly<Record<string, number>> = { chmod: 1, fchmod: 1, fchmodat: 2, fchmodat2: 2 }

/** Arguments by which rules tell calls apart, as Falco names and writes them: of a mode, a request, a family, namespaces. */
export function argumentFields({ name, args }: StraceCall): Record<string, SensedValue> {
  const [first = '', second = ''] = args
  const mode = args[MODES[name] ?? -1]
  // strace writes modes as octal numbers.
  if (mode !== undefined && /^0[0-7]*$/.test(mode))
    return { 'evt.arg.mode': modeText(Number.parseInt(mode, 8)) }
  switch (name) {
    case 'ptrace':
      return { 'evt.arg.request': first }
    case 'socket':
      return { 'evt.arg.domain': familyText(first) }
    case 'unshare':
      return { 'evt.arg.flags': first }
    case 'setns':
      return { 'evt.arg.nstype': second }
    default:
      return {}
  }
}
