import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeBytes, textToBytes } from '../../texts/index.ts'
import { escapeValue, unescapeQuoted } from './escaping.ts'
import { parseFilter } from './parse.ts'
import { printFilter } from './print.ts'
import { formatPosition } from './syntax-error.ts'

const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'falco')
const available = existsSync(folder)
if (!available) console.warn(`skipped: no conformance data at ${folder} (set HAETAE_CONFORMANCE)`)

interface ParserCase {
  readonly expr: string
  readonly ok: boolean
  readonly ast?: string
  readonly error?: string
  readonly at?: string
}

interface EscapingCase {
  readonly op: 'escape' | 'unescape' | 'escape-unescape-roundtrip'
  readonly in?: string
  readonly inHex?: string
  readonly out?: string
  readonly outHex?: string
  readonly expectError?: boolean
}

function readCases<T>(file: string): readonly T[] {
  if (!available) return []
  return readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}

describe.skipIf(!available)("Falco's own cases", () => {
  test.each(readCases<ParserCase>('filter_parser.jsonl').map((entry) => [entry.expr, entry] as const))(
    'parser: %s',
    (expr, { ok, ast, error, at }) => {
      const parsed = parseFilter(expr)
      if (parsed.ok) {
        expect({ ok, ast }).toEqual({ ok: true, ast: printFilter(parsed.ast) })
        return
      }
      expect({ ok: false, error: parsed.error.message, at: formatPosition(parsed.error.position) }).toEqual({
        ok,
        error,
        at,
      })
    },
  )

  test.each(
    readCases<EscapingCase>('filter_escaping.jsonl').map((entry) => [JSON.stringify(entry), entry] as const),
  )('escaping: %s', (_name, { op, in: text, inHex, out, outHex, expectError }) => {
    const input = text ?? decodeBytes(Buffer.from(inHex ?? '', 'hex'))
    if (expectError === true) {
      expect(() => unescapeQuoted(input)).toThrow()
      return
    }
    if (op === 'escape-unescape-roundtrip') {
      const escaped = escapeValue(input)
      expect(escaped.startsWith('"') ? unescapeQuoted(escaped) : escaped).toBe(input)
      return
    }
    const result = op === 'escape' ? escapeValue(input) : unescapeQuoted(input)
    if (out !== undefined) expect(result).toBe(out)
    else expect(textToBytes(result).toString('hex')).toBe(outHex)
  })
})
