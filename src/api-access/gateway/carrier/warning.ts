/** "299 - "text"" (KEP-1693, RFC 7234 §5.5); what cannot stand in a header is left out. */
export function warningValue(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is left out
  const plain = text.replaceAll(/[\x00-\x1f\x7f]/g, ' ').replaceAll(/["\\]/g, '\\$&')
  return `299 - "${Buffer.from(plain, 'utf8').toString('latin1')}"`
}
