const ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\v': '\\v',
  '\f': '\\f',
  '"': '\\"',
  '\\': '\\\\',
}

/** Bytes (Latin-1) between quotes, what cannot be printed in octal. */
export function quoted(text: string): string {
  const shown = text.replace(/[^\x20-\x7e]|["\\]/g, (character, at: number) => {
    const known = ESCAPES[character]
    if (known !== undefined) return known
    const octal = character.charCodeAt(0).toString(8)
    return /[0-7]/.test(text[at + 1] ?? '') ? `\\${octal.padStart(3, '0')}` : `\\${octal}`
  })
  return `"${shown}"`
}
