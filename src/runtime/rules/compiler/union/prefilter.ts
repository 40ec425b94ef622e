/** What a set of texts has in common: a glance at a text shows most often that it is none of them. */
export interface Prefilter {
  /** For the length of a text, its last bits: 1 where a text of the set is as long. */
  readonly lengths: Uint8Array
  /** For its last character, its last bits: 1 where a text of the set ends so. */
  readonly ends: Uint8Array
}

const SIZE = 64

/** @returns undefined where not all of the values are texts */
export function prefilterOf(values: Iterable<unknown>): Prefilter | undefined {
  const lengths = new Uint8Array(SIZE)
  const ends = new Uint8Array(SIZE)
  for (const value of values) {
    if (typeof value !== 'string') return undefined
    lengths[value.length % SIZE] = 1
    // The empty text ends in none: NaN, which counts as 0 among bits.
    ends[value.charCodeAt(value.length - 1) & (SIZE - 1)] = 1
  }
  return { lengths, ends }
}

/**
 * JavaScript that is true where the text `text` may be one of the set; the arrays are known by the names given.
 */
export function prefilterExpression(text: string, lengths: string, ends: string): string {
  const mask = SIZE - 1
  const end = `${ends}[${text}.charCodeAt(${text}.length-1)&${mask}]===1`
  return `${lengths}[${text}.length&${mask}]===1&&(${text}.length===0||${end})`
}

/**
 * JavaScript that is true where the text `text` may begin, or end, with the constant. It asks for no character that is not
 * there: engines throw away what they made of a function when one first does, and make it anew.
 */
export function edgeExpression(text: string, constant: string, edge: 'start' | 'end'): string {
  if (constant === '') return 'true'
  if (edge === 'end')
    return `${text}.length>0&&${text}.charCodeAt(${text}.length-1)===${constant.charCodeAt(constant.length - 1)}`
  // Most texts that are compared by their beginning are paths: their first character tells nothing.
  const at = Math.min(1, constant.length - 1)
  return `${text}.length>${at}&&${text}.charCodeAt(${at})===${constant.charCodeAt(at)}`
}
