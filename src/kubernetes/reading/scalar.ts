/** Not a number, boolean or null: the text stays a string. */
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[1-9][0-9]*|0)$/
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/

/** Infinities and «not a number», in the spellings of goyaml.v2/resolve.go. */
const NOT_JSON = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/

const WORDS: ReadonlyMap<string, boolean | null | number> = new Map<string, boolean | null | number>([
  ...words(true, ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']),
  ...words(false, ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']),
  ...words(null, ['', '~', 'null', 'Null', 'NULL']),
])

/**
 * The value of a plain (unquoted, untagged) YAML scalar as Kubernetes reads it.
 *
 * Kubernetes reads YAML with sigs.k8s.io/yaml, whose scalars follow go-yaml v2 (goyaml.v2/resolve.go): the
 * booleans of YAML 1.1 (`yes`, `on`, `y` …), octal integers with a leading 0 (`defaultMode: 0644` is 420),
 * underscores in numbers, no base-60 numbers; dates and numbers too large for a double stay strings, and so do
 * `.inf` and `.nan` here (see `hasNoJsonForm`).
 *
 * @param text - the scalar's text
 * @returns a boolean, null, number or the text itself
 */
export function resolvePlainScalar(text: string): unknown {
  const first = text.charCodeAt(0)
  // Digits, sign, point: perhaps a number.
  if ((first >= 0x30 && first <= 0x39) || first === 0x2d || first === 0x2b || first === 0x2e)
    return numberOr(text)
  if (text.length > 5) return text
  const word = WORDS.get(text)
  return word === undefined ? text : word
}

/**
 * The property that a plain key is: sigs.k8s.io/yaml turns every key into a string, booleans and numbers by their
 * value, so `on:` is `true`.
 */
export function resolvePlainKey(text: string): string {
  // No field name of Kubernetes resolves to anything but itself; only short or numeric keys can.
  if (text.length > 5 && text.charCodeAt(0) >= 0x41) return text
  const value = resolvePlainScalar(text)
  return typeof value === 'string' ? value : String(value)
}

/**
 * Whether a plain scalar is a number that JSON cannot write (`.inf`, `-.Inf`, `.NaN` …). Kubernetes turns YAML into
 * JSON before it looks at fields, so it refuses the whole document: "json: unsupported value: +Inf".
 */
export function hasNoJsonForm(text: string): boolean {
  return text.length < 6 && NOT_JSON.test(text)
}

function numberOr(text: string): unknown {
  if (text.length > 40) return text
  const plain = text.includes('_') ? text.replaceAll('_', '') : text
  const integer = INTEGER.exec(plain)
  if (integer) return integerOf(integer[1] === '-', integer[2] ?? '0')
  if (!FLOAT.test(plain)) return text
  const value = Number(plain)
  return Number.isFinite(value) ? value : text
}

function integerOf(negative: boolean, digits: string): number {
  let value: number
  if (digits.length > 1 && digits.startsWith('0')) {
    const radix = digits[1]?.toLowerCase()
    value = radix === 'x' || radix === 'b' || radix === 'o' ? Number(digits) : Number.parseInt(digits, 8)
  } else value = Number(digits)
  return negative ? -value : value
}

function words<T>(value: T, texts: readonly string[]): [string, T][] {
  return texts.map((text) => [text, value])
}
