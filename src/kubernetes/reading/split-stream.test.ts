import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRenderer, LANGUAGES } from '../../messages/index.ts'
import { parseDocument } from './document.ts'
import { readingMessages } from './messages.ts'
import type { TextDocument } from './split.ts'
import { StreamSplitter } from './split-stream.ts'

function split(chunks: readonly string[], limit?: number): TextDocument[] {
  const splitter = new StreamSplitter(limit)
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()]
}

const texts = (...chunks: string[]) => split(chunks).map(({ text }) => text)

/** `name line:column` of each object, and `CODE line:column` of each problem, in order. */
function read(stream: string): string[] {
  return split([stream]).flatMap((text) => {
    const { documents, problems } = parseDocument('a.json', text)
    const places = documents.map((document) => ({
      what: document.object.metadata?.name,
      ...document.locate(['kind']),
    }))
    const faults = problems.map(({ code, line, column }) => ({ what: code, line, column }))
    return [...places, ...faults].map(({ what, line, column }) => `${what} ${line}:${column}`)
  })
}

const pod = (name: string) => JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name } })

describe('a stream of JSON values', () => {
  test('a value a line, or one after the other; each with its place', () => {
    expect(read(`${pod('a')}\n${pod('b')}\n\n  ${pod('c')}${pod('d')}`)).toEqual([
      'a 1:21',
      'b 2:21',
      'c 4:23',
      'd 4:79',
    ])
    const pretty = ['a', 'b'].map((name) => JSON.stringify(JSON.parse(pod(name)), null, 2)).join('\n')
    expect(read(pretty)).toEqual(['a 3:4', 'b 10:4'])
  })

  test('brackets, quotes and line breaks inside strings', () => {
    const odd = '{"a":"}{\\"}{ \\\\"}'
    expect(texts(odd + odd)).toEqual([odd, odd])
    expect(texts('[{"a":[]}]\n[]')).toEqual(['[{"a":[]}]', '[]'])
  })

  const broken: [string, string][] = [
    ['an object that is not closed', '{"apiVersion":"v1","kind":"Pod"'],
    ['a string that is not closed', '{"apiVersion":"v1","kind":"Pod'],
    ['cut after a comma', '{"apiVersion":"v1",'],
    ['too many brackets', '}'],
    ['what is no value', 'oops'],
    ['a comma before', `,${pod('x')}`],
  ]
  test.each(broken)('%s is reported, and those around it are read', (_, middle) => {
    const found = read(`${pod('a')}\n${middle}\n${pod('b')}\n${pod('c')}\n`)
    expect(found[0]).toBe('a 1:21')
    expect(found.slice(-2)).toEqual(['b 3:21', 'c 4:21'])
    expect(found.slice(1, -2)).toEqual([expect.stringMatching(/^ERR_\w+ [23]:\d+$/)])
  })

  test('what is wrong is said in the words of JSON', () => {
    for (const language of LANGUAGES)
      for (const text of ['{"a": "b', '{"a": [1}', '{"a": "\\q"}', '{"a": }, b: c'])
        for (const each of split([text]))
          for (const { code, message } of parseDocument('a.json', each).problems.filter(
            ({ code: of }) => of !== 'ERR_NOT_AN_OBJECT',
          ))
            expect([code, createRenderer([readingMessages], language)(message)]).toEqual([
              'ERR_JSON_SYNTAX',
              expect.stringContaining('JSON'),
            ])
  })

  test('an oversized value is named once and left out; the ones around it are whole', () => {
    const long = JSON.stringify({ a: Array<string>(40).fill('b') })
    const chunks = [...`{"a":1}\n${long}\n{"c":3}`].join('|').split('|')
    expect(split(chunks, 50).map(({ text, oversized, line }) => [text, oversized, line])).toEqual([
      ['{"a":1}', false, 1],
      ['', true, 2],
      ['{"c":3}', false, 3],
    ])
  })

  test('however the stream is cut, the values are the same', () => {
    const piece = fc.constantFrom(
      '{"a":1}',
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      '\n',
      ' ',
      ',',
      ':',
      '---\n',
      '#',
      "'",
      'x',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = `{"b":[]}${pieces.join('')}`
        expect(split([...text])).toEqual(split([text]))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('YAML that begins like JSON', () => {
  test('flow mappings, templates, comments and markers', () => {
    expect(texts('{kind: Pod}\n---\n{kind: Pod}\n')).toHaveLength(2)
    expect(texts('{{- if .Values.x }}\na: 1\n{{- end }}\n')).toHaveLength(1)
    expect(texts(`{"a": 'it} is'} # one }\n`)).toEqual([`{"a": 'it} is'} # one }\n`])
    expect(
      read(`${pod('a')}\n---\n# b\n${pod('b')}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: c}`),
    ).toEqual(['a 1:21', 'b 4:21', 'c 7:1'])
  })
})
