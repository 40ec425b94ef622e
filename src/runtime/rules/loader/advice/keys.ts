import type { Message } from '../../../../messages/index.ts'
import { adviceMessages } from './messages.ts'
import { nearestKey } from './nearest.ts'

/** The key that was probably meant. */
export function adviseOnKey(key: string, known: readonly string[]): Message | undefined {
  const nearest = nearestKey(key, known)
  return nearest === undefined ? undefined : adviceMessages.make.nearest({ name: nearest })
}
