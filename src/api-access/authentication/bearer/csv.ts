/** A text that is no CSV; `line` counts from 1. */
export class CsvError extends Error {
  readonly line: number

  constructor(line: number) {
    super('ERR_CSV')
    this.line = line
  }
}

/** A record and the line on which it begins. */
export interface CsvRecord {
  readonly line: number
  readonly fields: readonly string[]
}

/**
 * Reads comma-separated values (RFC 4180) as Go's `encoding/csv` does: a field in quotes may hold commas, line breaks
 * and doubled quotes; empty lines are no records; a quote inside a field without quotes is an error.
 *
 * @throws CsvError
 */
export function readCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = []
  const source = text.replaceAll('\r\n', '\n')
  let at = 0
  let line = 1
  while (at < source.length) {
    if (source[at] === '\n') {
      at++
      line++
      continue
    }
    const fields: string[] = []
    const begin = line
    for (;;) {
      const field = source[at] === '"' ? quoted(source, at, line) : bare(source, at, line)
      fields.push(field.value)
      line += field.value.split('\n').length - 1
      at = field.end + 1
      if (source[field.end] !== ',') break
    }
    line++
    records.push({ line: begin, fields })
  }
  return records
}

/** @returns the value, and where the comma, the line's end or the text's end is */
function bare(source: string, start: number, line: number): { value: string; end: number } {
  let end = start
  while (end < source.length && source[end] !== ',' && source[end] !== '\n') end++
  const value = source.slice(start, end)
  if (value.includes('"')) throw new CsvError(line)
  return { value, end }
}

function quoted(source: string, start: number, line: number): { value: string; end: number } {
  let value = ''
  let at = start + 1
  for (;;) {
    const quote = source.indexOf('"', at)
    if (quote < 0) throw new CsvError(line)
    value += source.slice(at, quote)
    if (source[quote + 1] === '"') {
      value += '"'
      at = quote + 2
      continue
    }
    const next = source[quote + 1]
    if (next !== undefined && next !== ',' && next !== '\n') throw new CsvError(line)
    return { value, end: quote + 1 }
  }
}
