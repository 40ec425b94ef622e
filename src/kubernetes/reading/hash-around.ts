import { unitsOf } from './blocks/text-units.ts'
import type { TextSpan } from './name-in-text.ts'

/**
 * A number made of a text without a span of it, to remember by little that such a text was met: equal for texts that
 * differ in nothing but the span, and rarely for others.
 *
 * @returns 32 bits, signed
 */
export function hashAround(text: string, { start, end }: TextSpan): number {
  const units = unitsOf(text)
  let hash = start
  for (let at = 0; at < start; at++) hash = (Math.imul(hash, 31) + (units[at] as number)) | 0
  for (let at = end; at < text.length; at++) hash = (Math.imul(hash, 31) + (units[at] as number)) | 0
  return hash
}
