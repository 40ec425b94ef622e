import { editDistance } from './edit-distance.ts'

/**
 * The name that somebody who wrote `name` most likely meant.
 *
 * @returns undefined where none is within a third of its letters
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined
  let smallest = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), smallest - 1)
    if (distance >= smallest) continue
    smallest = distance
    nearest = candidate
  }
  return nearest
}
