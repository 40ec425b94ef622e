import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { filterNode } from '../../../../test/runtime/arbitrary-filters.ts'
import type { AnyNode } from './nodes.ts'
import { parseFilter, parseOperand } from './parse.ts'
import { printFilter } from './print.ts'
import { formatSyntaxError } from './syntax-error.ts'
import { walkNodes } from './visit.ts'
import { writeFilter } from './write.ts'

function parsed(text: string) {
  const result = parseFilter(text)
  if (!result.ok) throw new Error(formatSyntaxError(result.error))
  return result.ast
}

function withoutPositions(node: AnyNode): unknown {
  return JSON.parse(JSON.stringify(node, (key, value) => (key === 'position' ? undefined : value)))
}

describe('parseFilter', () => {
  test('reads what writeFilter writes', () => {
    fc.assert(
      fc.property(filterNode, (node) => {
        expect(withoutPositions(parsed(writeFilter(node)))).toEqual(withoutPositions(node))
      }),
      { numRuns: 2000 },
    )
  })

  test('answers any text, and points into it', () => {
    const fragments = fc.constantFrom(
      'proc.name',
      ' ',
      '=',
      'in',
      '(',
      ')',
      'not ',
      'and ',
      'or',
      '"',
      "'",
      '\\',
      ',',
      'é',
      '[',
      ']',
      'val(',
      'len(',
      '\n',
    )
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fragments, { maxLength: 20 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const result = parseFilter(text)
        if (result.ok) return
        const { index, line, column } = result.error.position
        expect(index).toBeLessThanOrEqual(Buffer.byteLength(text))
        expect(Math.min(line, column)).toBeGreaterThan(0)
      }),
      { numRuns: 2000 },
    )
  })

  test('counts places in bytes, and both ends of a Windows line', () => {
    const result = parseFilter('a.b = é\r\nc')
    expect(result.ok ? undefined : result.error.position).toEqual({ index: 10, line: 3, column: 1 })
  })

  test('marks every node with the place where it begins', () => {
    const places: string[] = []
    walkNodes(
      parsed('(proc.aname[2]=nginx and evt.type in (connect,accept)) or not fd.name exists'),
      (node) => {
        places.push(`${node.kind}${node.position.index}`)
      },
    )
    expect(places).toEqual([
      'or0',
      'and1',
      'binary-check1',
      'field1',
      'value15',
      'binary-check25',
      'field25',
      'list37',
      'not58',
      'unary-check62',
      'field62',
    ])
  })

  test('freezes what it makes', () => {
    walkNodes(parsed('a and not (b.c in (d) or join("-", (e.f, "g")) = val(h.i))'), (node) => {
      expect(Object.isFrozen(node)).toBe(true)
    })
  })

  test('bounds how deep parentheses stand in one another', () => {
    const deep = (levels: number) => parseFilter(`${'('.repeat(levels)}a${')'.repeat(levels)}`)
    expect(deep(200).ok).toBe(true)
    const tooDeep = deep(100_000)
    expect(tooDeep.ok ? undefined : tooDeep.error.message).toMatch(/^exceeded max depth limit of/)
    expect(parseFilter(`${'not '.repeat(10_000)}a`).ok).toBe(true)
  })

  test('refuses an empty text', () => {
    const result = parseFilter('')
    expect(result.ok ? undefined : result.error.message).toBe('filter input string is empty')
  })

  test('takes bytes that are no UTF-8', () => {
    const node = parsed('a.b contains "\\xff\\xc3\\xa9"')
    expect(node.kind === 'binary-check' && node.right.kind === 'value' ? node.right.value : undefined).toBe(
      '\udcffé',
    )
  })
})

describe('parseOperand', () => {
  test('reads a field or a transformer and leaves the rest', () => {
    const read = (text: string) => {
      const result = parseOperand(text)
      return result.ok ? [printFilter(result.node), text.slice(result.length)] : undefined
    }
    expect(read('proc.aname[2] end')).toEqual(['proc.aname[2]', ' end'])
    expect(read('toupper( proc.name )and')).toEqual(['toupper(proc.name)', 'and'])
    expect(read('getopt((proc.args[0]),"t:")[t]!')).toEqual(['getopt((proc.args[0]),t:)[t]', '!'])
    expect(read('%')).toBeUndefined()
  })
})
