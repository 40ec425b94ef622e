import { decodeBytes, textToBytes } from '../../texts/index.ts'
import type { FieldType } from '../fields/index.ts'
import { lowerAscii, upperAscii } from './ascii.ts'
import type { Scalar, Value } from './value.ts'

/** A transformer of one value. */
interface Transformer {
  /** @returns the type of the outcome; undefined where values of this type cannot be transformed */
  typeOf(type: FieldType, list: boolean): { readonly type: FieldType; readonly list: boolean } | undefined
  apply(value: Value): Value
}

const TEXT: ReadonlySet<FieldType> = new Set(['CHARBUF', 'FSPATH', 'FSRELPATH'])
const TEXT_OR_BUFFER: ReadonlySet<FieldType> = new Set([...TEXT, 'BYTEBUF'])

/** The transformers that take one value (libs, sinsp_filter_transformers). */
export const TRANSFORMERS: Readonly<Record<string, Transformer>> = {
  tolower: { typeOf: sameType(TEXT), apply: onTexts(lowerAscii) },
  toupper: { typeOf: sameType(TEXT), apply: onTexts(upperAscii) },
  basename: { typeOf: sameType(TEXT), apply: onTexts((text) => text.slice(text.lastIndexOf('/') + 1)) },
  b64: { typeOf: sameType(TEXT_OR_BUFFER), apply: onTexts(decodeBase64) },
  len: {
    typeOf: (type, list) => (list || TEXT_OR_BUFFER.has(type) ? { type: 'UINT64', list: false } : undefined),
    apply: (value) => {
      if (value === undefined) return undefined
      return typeof value === 'object' ? value.length : textToBytes(String(value)).length
    },
  },
}

function sameType(types: ReadonlySet<FieldType>): Transformer['typeOf'] {
  return (type, list) => (types.has(type) ? { type, list } : undefined)
}

/** Applies to a text, or to each text of a list; one that cannot be transformed makes the whole absent. */
function onTexts(transform: (text: string) => string | undefined): Transformer['apply'] {
  return (value) => {
    if (value === undefined) return undefined
    if (typeof value !== 'object') return transform(String(value))
    const results: Scalar[] = []
    for (const element of value) {
      const result = transform(String(element))
      if (result === undefined) return undefined
      results.push(result)
    }
    return results
  }
}

/** The text that some Base64 stands for, padding optional; text ends at a NUL. */
function decodeBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  const end = bytes.indexOf(0)
  return decodeBytes(end < 0 ? bytes : bytes.subarray(0, end))
}
