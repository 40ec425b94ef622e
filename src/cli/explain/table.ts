import { basename } from 'node:path'
import { createColors } from 'picocolors'
import { visible } from '../../findings/index.ts'
import type { Message, Render } from '../../messages/index.ts'
import type { Note, Source } from '../../pod-security/index.ts'
import { type Cell, columnWidths, rowLines, wrap } from './columns.ts'
import type { ExplainedPod } from './explained-pod.ts'
import { explainMessages } from './messages.ts'
import { type Row, sectionsOf } from './rows.ts'

const NARROWEST = 60
const WIDEST = 120

export interface TableOptions {
  readonly render: Render
  readonly colour: boolean
  /** Of the terminal; the table takes 60 to 120 of them. */
  readonly columns: number
}

/**
 * A pod's settings as a table for a terminal: a section for the pod and each container, and under it all what
 * there is to know about them, each note once. Settings that contradict each other are marked `!`.
 */
export function podTable(explained: ExplainedPod, { render, colour, columns }: TableOptions): string {
  const { file, line, resource } = explained
  const paint = createColors(colour)
  const total = Math.min(WIDEST, Math.max(NARROWEST, columns))
  const { make } = explainMessages
  const footnotes = new Footnotes()
  const sections = sectionsOf(explained.pod).map(({ title, rows }) => ({
    title: render(title),
    cells: rows.map((row) => cellsOf(row)),
  }))
  const header: Cell[] = [make.setting({}), make.value({}), make.source({})].map((message) => ({
    text: render(message),
    paint: paint.dim,
  }))
  const widths = columnWidths([header, ...sections.flatMap(({ cells }) => cells)], total)

  const name = resource.namespace === undefined ? resource.name : `${resource.namespace}/${resource.name}`
  const lines = [
    paint.bold(`${visible(resource.kind)} ${visible(name)}`) + paint.dim(`  ${visible(file)}:${line}`),
    '',
    ...rowLines(header, widths),
  ]
  for (const { title, cells } of sections) {
    lines.push(paint.bold(paint.cyan(visible(title))), ...cells.flatMap((row) => rowLines(row, widths)), '')
  }
  return [...lines, ...footnoteLines()].join('\n')

  function cellsOf(row: Row): readonly Cell[] {
    const troubled = row.notes.some(({ kind }) => kind === 'conflict')
    const marks = row.notes.map((note) => `[${footnotes.numberOf(note, render)}]`).join('')
    const value = `${troubled ? '! ' : ''}${text(row.value)}${marks === '' ? '' : ` ${marks}`}`
    return [
      { text: text(row.label) },
      troubled ? { text: value, paint: paint.yellow } : { text: value },
      { text: sourceText(row.source), paint: paint.dim },
    ]
  }

  function text(content: string | Message): string {
    return visible(typeof content === 'string' ? content : render(content))
  }

  function sourceText(source: Source): string {
    if ('path' in source) {
      const place = `${visible(basename(file))}:${explained.locate(source.path).line}`
      if (source.from === 'container') return render(make.fromContainer({ place }))
      return render(source.from === 'pod' ? make.fromPod({ place }) : make.fromAnnotation({ place }))
    }
    if (source.from === 'image') return render(make.fromImage({}))
    if (source.from === 'node') return render(make.fromNode({}))
    if (source.from === 'runtime') return render(make.fromRuntime({ runtime: explained.pod.runtime }))
    return render(make.fromKubernetes({}))
  }

  function footnoteLines(): readonly string[] {
    return footnotes.all().flatMap(({ number, kind, text: prose }) => {
      const mark = `[${number}]`.padEnd(5)
      const indent = ' '.repeat(mark.length)
      const painted = kind === 'conflict' ? paint.yellow : paint.dim
      const body = wrap(`${kind === 'conflict' ? '! ' : ''}${visible(prose)}`, total - mark.length)
      return body.map((part, index) => painted((index === 0 ? mark : indent) + part))
    })
  }
}

interface Footnote {
  readonly number: number
  readonly kind: Note['kind']
  readonly text: string
}

/** Notes in the order in which they are first met; the same words get the same number. */
class Footnotes {
  readonly #byText = new Map<string, Footnote>()

  numberOf({ kind, message }: Note, render: Render): number {
    const text = render(message)
    const known = this.#byText.get(text)
    if (known !== undefined) return known.number
    const number = this.#byText.size + 1
    this.#byText.set(text, { number, kind, text })
    return number
  }

  all(): readonly Footnote[] {
    return [...this.#byText.values()]
  }
}
