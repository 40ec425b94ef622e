/** What was caught, as an error: in JavaScript anything can be thrown. */
export function asError(caught: unknown): Error {
  return caught instanceof Error ? caught : new Error(String(caught))
}

/** What an error says of itself. */
export function errorText(caught: unknown): string {
  return caught instanceof Error ? caught.message : String(caught)
}

/** Why something failed: in a word where the operating system has one (`ENOENT`), else as the error says it. */
export function reasonOf(caught: unknown): string {
  if (caught instanceof Error && 'code' in caught && typeof caught.code === 'string') return caught.code
  return errorText(caught)
}
