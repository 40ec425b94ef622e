import type { OutputValue } from '../../rules/index.ts'
import type { Alert } from '../alert.ts'

declare global {
  interface JSON {
    /** A value that `JSON.stringify` writes as the text stands (TC39, "JSON.parse source text access"). */
    rawJSON(text: string): object
  }
}

/**
 * The alert with values for `JSON.stringify` that are written digit by digit where they are integers beyond 2^53, as Falco
 * writes them: times in nanoseconds, addresses in the kernel, lengths of 64 bits. The JSON grammar has no bound for them
 * (RFC 8259, 6).
 */
export function withExactNumbers(alert: Alert): object {
  const fields: Record<string, unknown> = {}
  for (const name in alert.output_fields) fields[name] = exact(alert.output_fields[name])
  return { ...alert, output_fields: fields }
}

function exact(value: OutputValue | undefined): unknown {
  if (typeof value === 'bigint') return JSON.rawJSON(String(value))
  return typeof value === 'object' && value !== null ? value.map(exact) : value
}
