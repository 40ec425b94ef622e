/** Why something failed, in a word where the operating system has one (`ENOENT`), else as the error says it. */
export function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
