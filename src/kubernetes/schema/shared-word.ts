/** Shorter words (`id`, `ip`, `as`) stand in names that have nothing to do with each other. */
const WORD_LETTERS = 4
/** What an ending may be: the `y` and `ies` of `capability` and `capabilities`. */
const ENDING_LETTERS = 3

/**
 * Whether two field names speak of the same thing: one is the last or first words of the other (`name` and
 * `secretName`, `user` and `runAsUser`), or they differ in their ending only (`capability` and `capabilities`).
 */
export function sharesWord(a: string, b: string): boolean {
  const [shorter, longer] = a.length <= b.length ? [a, b] : [b, a]
  if (shorter.length < WORD_LETTERS) return false
  return isWordOf(shorter, longer) || differInEnding(shorter.toLowerCase(), longer.toLowerCase())
}

function isWordOf(word: string, name: string): boolean {
  const capital = word.slice(0, 1).toUpperCase() + word.slice(1)
  return name.endsWith(capital) || (name.startsWith(word) && /^[A-Z]/.test(name.slice(word.length)))
}

function differInEnding(shorter: string, longer: string): boolean {
  let shared = 0
  while (shared < shorter.length && shorter[shared] === longer[shared]) shared++
  return shared >= 2 * WORD_LETTERS && longer.length - shared <= ENDING_LETTERS
}
