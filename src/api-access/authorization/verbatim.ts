import type { Rendering } from '../../messages/index.ts'

/** Words of Kubernetes' own, which people search for: the same in every language. */
export function verbatim<Data>(text: (data: Data) => string): Rendering<Data> {
  return { en: text, ko: text }
}
