import type { YamlScalar } from './positioned-yaml.ts'

/**
 * Where a character of a scalar's value stands in the source, through quotes, escapes, indentation and folding.
 *
 * @param text - the source that the scalar was read from
 * @param index - of the character in `scalar.value`, in UTF-16 units; its length means the end
 * @returns an offset into the source
 */
export function offsetInSource(text: string, scalar: YamlScalar, index: number): number {
  const { start, end, style } = scalar.content
  if (end - start === scalar.value.length) return start + Math.min(index, scalar.value.length)
  const value = scalar.value
  let at = start
  for (let read = 0; read < index && read < value.length && at < end; read++) {
    at = characterStart(text, at, end, value[read] ?? '', style)
    at += lengthAt(text, at, style)
  }
  if (index >= value.length) return Math.min(at, end)
  return Math.min(characterStart(text, at, end, value[index] ?? '', style), end)
}

/** Skips what stands for nothing by itself (indentation, line ends that were folded) up to the wanted character. */
function characterStart(
  text: string,
  from: number,
  end: number,
  wanted: string,
  style: YamlScalar['content']['style'],
): number {
  let at = from
  while (at < end) {
    const found = text[at] ?? ''
    if (found === wanted || (style === 'double-quoted' && found === '\\')) return at
    // A line end folds into a blank.
    if (wanted === ' ' && found === '\n') return at
    if (!/\s/.test(found)) return at
    at++
  }
  return at
}

function lengthAt(text: string, at: number, style: YamlScalar['content']['style']): number {
  const character = text[at]
  if (style === 'single-quoted' && character === "'") return 2
  if (style !== 'double-quoted' || character !== '\\') return 1
  const digits = { x: 2, u: 4, U: 8 }[text[at + 1] ?? ''] ?? 0
  return 2 + digits
}
