import { nearestName } from '../../../../kubernetes/index.ts'

/** The key that was probably meant; other kinds of punctuation are no difference worth counting. */
export function nearestKey(key: string, known: Iterable<string>): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_. ]/g, '')
  const names = [...known]
  return names.find((name) => plain(name) === plain(key)) ?? nearestName(key, names)
}
