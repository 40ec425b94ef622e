import { type CallCost, type FunctionDeclaration, member, overload } from '../check/declarations.ts'
import { textCost } from '../program/cost.ts'
import { INT, listOf, STRING } from '../types/type.ts'
import { type List, ValueList } from '../values/list.ts'
import { Cancelled, spendOnText } from '../values/meter.ts'
import { lengthOf } from '../values/size.ts'
import { Failure, type Result } from '../values/value.ts'
import { boundedText } from './bounded.ts'
import { MAX_LIST } from './concat.ts'
import { listIndexOf, listIndexOfLast } from './lists.ts'
import { indexOfText, lastIndexOfText, substring } from './positions.ts'
import { traversalCost } from './traversal-cost.ts'

const STRINGS = listOf(STRING)

/** What these cost is the text gone over once, or once more for what is made of it (k8s.io/apiserver, `CallCost`). */
const once: CallCost = ([text = null]) => textCost(text)
const twice: CallCost = ([text = null]) => textCost(text, 2)
const search: CallCost = ([subject = null]) => traversalCost(subject)

function replace(text: string, old: string, replacement: string, limit = -1n): Result {
  const times = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit)
  if (times === 0 || old === replacement) return text
  // Between characters, and before and after all, where what is replaced is empty.
  const parts = old === '' ? (text === '' ? ['', ''] : ['', ...text, '']) : text.split(old)
  const pieces = parts.slice(0, times)
  const count = Math.min(times, parts.length - 1)
  const rest = parts.slice(count).join(old)
  const length = text.length + count * (replacement.length - old.length)
  return boundedText(length, () => [...pieces.slice(0, count), rest].join(replacement))
}

function split(text: string, separator: string, limit = -1n): Result {
  if (limit === 0n) return new ValueList([])
  spendOnText(text.length)
  const parts = separator === '' ? [...text] : text.split(separator)
  const count = limit < 0n ? parts.length : Number(limit)
  if (parts.length > MAX_LIST) throw new Cancelled()
  if (count >= parts.length) return new ValueList(parts)
  return new ValueList([...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)])
}

function join(list: List, separator = ''): Result {
  let length = Math.max(0, list.size - 1) * separator.length
  const texts: string[] = []
  for (const element of list) {
    if (typeof element !== 'string') return new Failure(`join: invalid input: ${String(element)}`)
    length += element.length
    texts.push(element)
  }
  return boundedText(length, () => texts.join(separator))
}

function characterAt(text: string, index: bigint): Result {
  const length = BigInt(lengthOf(text))
  if (index < 0n || index > length) return new Failure(`index out of range: ${index}`)
  return index === length ? '' : substring(text, Number(index), Number(index) + 1)
}

function slice(text: string, start: bigint, end?: bigint): Result {
  const length = BigInt(lengthOf(text))
  if (end !== undefined && start > end)
    return new Failure(`invalid substring range. start: ${start}, end: ${end}`)
  for (const bound of end === undefined ? [start] : [start, end])
    if (bound < 0n || bound > length) return new Failure(`index out of range: ${bound}`)
  return substring(text, Number(start), Number(end ?? length))
}

/** What Go takes for space: the characters with the property White_Space. */
const SPACE =
  /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
}

function quote(text: string): Result {
  return boundedText(text.length * 2 + 2, () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
    return `"${text.toWellFormed().replace(/[\x07\b\f\n\r\t\v\\"]/g, (character) => ESCAPES[character] ?? '')}"`
  })
}

/** cel-go's extension "Strings", version 2, which Kubernetes has since 1.29; `format` stands for itself. */
export const strings: readonly FunctionDeclaration[] = [
  { name: 'charAt', overloads: [member('string_char_at_int', [STRING, INT], STRING, characterAt)] },
  {
    name: 'indexOf',
    cost: search,
    overloads: [
      member('string_index_of_string', [STRING, STRING], INT, (text: string, part: string) =>
        indexOfText(text, part, 0n),
      ),
      member('string_index_of_string_int', [STRING, STRING, INT], INT, indexOfText),
      listIndexOf,
    ],
  },
  {
    name: 'lastIndexOf',
    cost: search,
    overloads: [
      member('string_last_index_of_string', [STRING, STRING], INT, (text: string, part: string) =>
        lastIndexOfText(text, part),
      ),
      member('string_last_index_of_string_int', [STRING, STRING, INT], INT, lastIndexOfText),
      listIndexOfLast,
    ],
  },
  {
    name: 'lowerAscii',
    cost: once,
    overloads: [
      member('string_lower_ascii', [STRING], STRING, (text: string) =>
        text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
      ),
    ],
  },
  {
    name: 'upperAscii',
    cost: once,
    overloads: [
      member('string_upper_ascii', [STRING], STRING, (text: string) =>
        text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
      ),
    ],
  },
  {
    name: 'replace',
    cost: twice,
    overloads: [
      member('string_replace_string_string', [STRING, STRING, STRING], STRING, replace),
      member('string_replace_string_string_int', [STRING, STRING, STRING, INT], STRING, replace),
    ],
  },
  {
    name: 'split',
    cost: twice,
    overloads: [
      member('string_split_string', [STRING, STRING], STRINGS, split),
      member('string_split_string_int', [STRING, STRING, INT], STRINGS, split),
    ],
  },
  {
    name: 'join',
    cost: (_, result) => textCost(result, 2),
    overloads: [
      member('list_join', [STRINGS], STRING, join),
      member('list_join_string', [STRINGS, STRING], STRING, join),
    ],
  },
  {
    name: 'substring',
    cost: once,
    overloads: [
      member('string_substring_int', [STRING, INT], STRING, slice),
      member('string_substring_int_int', [STRING, INT, INT], STRING, slice),
    ],
  },
  {
    name: 'trim',
    cost: once,
    overloads: [member('string_trim', [STRING], STRING, (text: string) => text.replace(SPACE, ''))],
  },
  { name: 'strings.quote', overloads: [overload('strings_quote', [STRING], STRING, quote)] },
]
