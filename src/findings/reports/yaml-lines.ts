import { isRecord } from '../../kubernetes/index.ts'
/**
 * A value as lines of block YAML, as it would be added to a manifest.
 *
 * @param step - blanks that a level is indented by
 * @returns lines without indentation of their own: `['securityContext:', '  runAsNonRoot: true']` for the
 *   mapping `{ securityContext: { runAsNonRoot: true } }`; a scalar is one line
 */
export function yamlLines(value: unknown, step = 2): string[] {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item) => itemLines(item, step))
  if (isRecord(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, child]) => pairLines(key, child, step))
  return [inlineYaml(value)]
}

/** A pair of a block mapping: on one line, or the key's line with the value's under it. */
export function pairLines(key: string, value: unknown, step = 2): string[] {
  const name = stringYaml(key)
  if (!isNested(value)) return [`${name}: ${inlineYaml(value)}`]
  return [`${name}:`, ...yamlLines(value, step).map((line) => ' '.repeat(step) + line)]
}

/** An item of a block sequence: `- ` and the value, further lines of it indented under its first. */
export function itemLines(value: unknown, step = 2): string[] {
  const [first = '', ...rest] = yamlLines(value, step)
  return [`- ${first}`, ...rest.map((line) => `  ${line}`)]
}

/** A value on one line: a scalar, or a flow collection. */
export function inlineYaml(value: unknown): string {
  if (typeof value === 'string') return stringYaml(value)
  if (Array.isArray(value)) return `[${value.map(inlineYaml).join(', ')}]`
  if (isRecord(value)) {
    const pairs = Object.entries(value).map(([key, child]) => `${stringYaml(key)}: ${inlineYaml(child)}`)
    return `{${pairs.join(', ')}}`
  }
  return value === undefined ? 'null' : String(JSON.stringify(value))
}

/**
 * Plain where every YAML reader, of 1.1 (Kubernetes' own) or 1.2, takes the text for a string; else between
 * double quotes, where YAML's escapes hold JSON's.
 */
export function stringYaml(text: string): string {
  return isPlain(text) ? text : JSON.stringify(text)
}

/** Whether a text needs no quotes, in block and in flow style. */
function isPlain(text: string): boolean {
  if (!/^[A-Za-z_/.][\w./-]*(?::[\w./-]+)*$/.test(text)) return false
  // YAML 1.1 reads these, in any case, as booleans or null.
  if (/^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i.test(text)) return false
  // What has nothing but characters of numbers is a number to one reader or another: `._5` to Kubernetes, `e1`
  // to readers for which an exponent needs no digits before it. `...` ends a document.
  return !/^(?=.*[\d.])[\d._eE+-]+$/.test(text) && !/^\.(?:\d|inf|nan)/i.test(text)
}

function isNested(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isRecord(value) && Object.keys(value).length > 0
}
