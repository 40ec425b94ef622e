/** What getopt(3) understands of an option string: which letters are options, and which of them take a value. */
interface Options {
  readonly known: ReadonlySet<string>
  readonly valued: ReadonlySet<string>
}

/**
 * Reads short options off the arguments of a command, as `getopt(arguments, "ab:")` does in a condition.
 *
 * @param selector an option: then the answer is its last value, or its letter where it takes none
 * @returns options and their values, in order, `?` for a letter that is no option; undefined where the selected option
 *   is not given
 * @see libs, sinsp_filtercheck_multivalue_transformer.cpp
 */
export function readOptions(
  words: readonly string[],
  optionString: string,
  selector: string | undefined,
): readonly string[] | undefined {
  const options = parseOptionString(optionString)
  const found: { readonly option: string; readonly values: readonly string[] }[] = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (word === '--') break
    if (word.length > 2 && word.startsWith('--')) continue
    if (!word.startsWith('-') || word.length === 1) break
    for (let letter = 1; letter < word.length; letter++) {
      const option = word[letter] ?? ''
      if (option === ':' || !options.known.has(option)) {
        found.push({ option: '?', values: ['?'] })
        continue
      }
      if (!options.valued.has(option)) {
        found.push({ option, values: [option] })
        continue
      }
      const attached = letter + 1 < word.length
      const value = attached ? word.slice(letter + 1) : words[++index]
      // An option without its value is an empty value.
      found.push({ option, values: value === undefined ? [''] : [option, value] })
      break
    }
  }
  if (selector === undefined) return found.flatMap(({ values }) => values)
  const selected = found.findLast(({ option }) => option === selector)
  return selected === undefined ? undefined : selected.values.slice(-1)
}

function parseOptionString(optionString: string): Options {
  const known = new Set<string>()
  const valued = new Set<string>()
  for (let index = 0; index < optionString.length; index++) {
    const letter = optionString[index] ?? ''
    if (letter === ':') continue
    known.add(letter)
    if (optionString[index + 1] === ':') valued.add(letter)
  }
  return { known, valued }
}
