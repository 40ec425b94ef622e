/**
 * The name that a field selector pins: the value of `metadata.name=…` or `metadata.name==…`.
 *
 * @param selector - e.g. `metadata.name=web,status.phase!=Failed`
 * @returns undefined where it pins none, or is not valid (k8s.io/apimachinery, `pkg/fields`, ParseSelector)
 */
export function exactNameOf(selector: string): string | undefined {
  let name: string | undefined
  for (const term of terms(selector)) {
    if (term === '') continue
    const match = /^((?:\\.|[^\\=!])*?)(!=|==|=)([\s\S]*)$/.exec(term)
    if (match === null) return undefined
    const value = unescaped(match[3] ?? '')
    if (value === undefined) return undefined
    if (match[1] === 'metadata.name' && match[2] !== '!=') name ??= value
  }
  return name
}

/** Splits at commas that no backslash escapes. */
function terms(selector: string): string[] {
  return selector.match(/(?:\\[\s\S]|[^,\\]|\\$)+/g) ?? []
}

/** "UnescapeValue unescapes a fieldSelector value": only `\\`, `\,` and `\=` may be escaped, and `,` and `=` must be. */
function unescaped(value: string): string | undefined {
  return /^(?:[^\\,=]|\\[\\,=])*$/.test(value) ? value.replace(/\\([\\,=])/g, '$1') : undefined
}
