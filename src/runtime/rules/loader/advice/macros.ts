import type { Message } from '../../../../messages/index.ts'
import type { CompiledMacro } from '../compile-macros.ts'
import { placeOf } from '../ruleset.ts'
import { adviceMessages } from './messages.ts'
import { nearestKey } from './nearest.ts'

const { make } = adviceMessages

/** What somebody who named an unknown macro most likely meant. */
export function adviseOnMacro(name: string, macros: ReadonlyMap<string, CompiledMacro>): Message | undefined {
  const later = macros.get(name)
  if (later !== undefined) {
    const { file, line } = placeOf(later.definition.context)
    return make.definedLater({ name, file, line })
  }
  const nearest = nearestKey(name, macros.keys())
  return nearest === undefined ? undefined : make.nearest({ name: nearest })
}
