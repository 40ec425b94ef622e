import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { displayWidth } from '../src/messages/index.ts'

/**
 * Takes a picture of what the program prints to a terminal:
 *
 *     node scripts/terminal-picture.ts docs/images/scan.ko.svg scan examples/web.yaml --lang ko
 *
 * The program is run with these arguments in the project's folder, and its output, colours included, is drawn as an SVG.
 */
const COLUMNS = 108
const CHARACTER_WIDTH = 7.8
const LINE_HEIGHT = 18
const MARGIN = 16
const TITLE_HEIGHT = 34

/** The colours of ANSI codes 30 to 37 on a dark ground. */
const COLOURS = ['#484f58', '#ff7b72', '#7ee787', '#e3b341', '#79c0ff', '#d2a8ff', '#76e3ea', '#e6edf3']

interface Style {
  readonly colour?: string
  readonly bold?: boolean
  readonly dim?: boolean
  readonly underline?: boolean
}

/** Text of one style, at a column of a line. */
interface Run {
  readonly column: number
  readonly text: string
  readonly style: Style
}

const [output, ...args] = process.argv.slice(2)
if (output === undefined || args.length === 0) {
  process.stderr.write('usage: node scripts/terminal-picture.ts FILE.svg ARGUMENTS…\n')
  process.exitCode = 2
} else {
  writeFileSync(output, draw(`haetae ${args.join(' ')}`, linesOf(capture(args))))
}

function capture(args: readonly string[]): string {
  const root = join(import.meta.dirname, '..')
  const { NO_COLOR: _, ...environment } = process.env
  const { stdout } = spawnSync(process.execPath, ['src/cli/main.ts', ...args, '--quiet'], {
    cwd: root,
    env: { ...environment, LC_ALL: 'C.UTF-8', FORCE_COLOR: '1', TERM: 'xterm-256color' },
    encoding: 'utf8',
  })
  return stdout.trim()
}

/** The lines as a terminal of `COLUMNS` columns shows them: those that are longer go on in the next. */
function linesOf(text: string): Run[][] {
  const lines: Run[][] = []
  let style: Style = {}
  for (const line of text.split('\n')) {
    let runs: Run[] = []
    let column = 0
    lines.push(runs)
    for (const [index, piece] of line.split('\u001b[').entries()) {
      const code = index === 0 ? null : /^(\d*)m/.exec(piece)
      if (code !== null) style = styleAfter(style, Number(code[1]))
      let part = ''
      let start = column
      for (const character of code === null ? piece : piece.slice(code[0].length)) {
        const width = displayWidth(character)
        if (column + width > COLUMNS) {
          if (part !== '') runs.push({ column: start, text: part, style })
          runs = []
          lines.push(runs)
          part = ''
          column = 0
          start = 0
        }
        part += character
        column += width
      }
      if (part !== '') runs.push({ column: start, text: part, style })
    }
  }
  return lines
}

/** ECMA-48, 8.3.117 SELECT GRAPHIC RENDITION, as far as the program uses it. */
function styleAfter(style: Style, code: number): Style {
  switch (code) {
    case 0:
      return {}
    case 1:
      return { ...style, bold: true }
    case 2:
      return { ...style, dim: true }
    case 4:
      return { ...style, underline: true }
    case 22:
      return { ...style, bold: false, dim: false }
    case 24:
      return { ...style, underline: false }
    default: {
      const { colour: _, ...rest } = style
      const colour = COLOURS[code - 30]
      return colour === undefined ? rest : { ...rest, colour }
    }
  }
}

function draw(command: string, lines: readonly Run[][]): string {
  const prompt: Run[] = [
    { column: 0, text: '$', style: { colour: '#7ee787' } },
    { column: 2, text: command, style: { bold: true } },
  ]
  const all = [prompt, ...lines]
  const width = Math.ceil(COLUMNS * CHARACTER_WIDTH + 2 * MARGIN)
  const height = TITLE_HEIGHT + all.length * LINE_HEIGHT + MARGIN
  const rows = all.flatMap((runs, index) => {
    const y = TITLE_HEIGHT + (index + 1) * LINE_HEIGHT - 5
    return runs.filter(({ text }) => text.trim() !== '').map((run) => textElement(run, y))
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${asText(command)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    '<circle cx="20" cy="17" r="5" fill="#ff5f57"/><circle cx="38" cy="17" r="5" fill="#febc2e"/><circle cx="56" cy="17" r="5" fill="#28c840"/>',
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'D2Coding', 'Noto Sans Mono CJK KR', 'Noto Sans Mono', monospace" font-size="13" fill="#e6edf3">`,
    ...rows,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

function textElement({ column, text, style }: Run, y: number): string {
  const leading = text.length - text.trimStart().length
  const shown = text.trim()
  const x = (MARGIN + (column + leading) * CHARACTER_WIDTH).toFixed(1)
  // Keeps columns in place whatever font the reader has.
  const length = (displayWidth(shown) * CHARACTER_WIDTH).toFixed(1)
  const attributes = [
    style.colour === undefined ? '' : ` fill="${style.colour}"`,
    style.bold === true ? ' font-weight="bold"' : '',
    style.dim === true ? ' opacity="0.65"' : '',
    style.underline === true ? ' text-decoration="underline"' : '',
  ].join('')
  return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs" xml:space="preserve"${attributes}>${asText(shown)}</text>`
}

function asText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
