import type { Render } from '../../messages/index.ts'
import {
  type AlertOutput,
  OUTPUT_KINDS,
  type OutputKind,
  openOutput,
  type StreamFormat,
} from '../../runtime/detection/index.ts'
import { UsageError } from '../exit.ts'
import { readTextFile } from '../input-file.ts'
import { detectMessages } from './messages.ts'
import type { DetectOptions } from './options.ts'

const { make } = detectMessages

/**
 * Opens what `--output` names; standard output where it names nothing.
 *
 * @param tell - for what outputs say of themselves
 * @throws UsageError
 */
export async function openOutputs(
  {
    output = ['stdout'],
    outputHeader = [],
    outputCa,
  }: Pick<DetectOptions, 'output' | 'outputHeader' | 'outputCa'>,
  format: StreamFormat,
  tell: (line: string) => void,
  render: Render,
): Promise<AlertOutput[]> {
  const ca = outputCa === undefined ? {} : { ca: readTextFile(outputCa) }
  const http = { headers: Object.fromEntries(outputHeader.map(headerOf)), ...ca }
  const all: AlertOutput[] = []
  for (const text of output) {
    const { kind, target } = requestOf(text)
    const opened = await openOutput(
      { kind, target, format },
      {
        stdout: process.stdout,
        http,
        onMessage: (name, message) => tell(render(make.output({ output: name, reason: render(message) }))),
      },
    )
    if (opened === undefined) throw badOutput(text)
    all.push(opened)
  }
  return all
}

function requestOf(text: string): { kind: OutputKind; target: string } {
  const at = text.indexOf('=')
  const name = at < 0 ? text : text.slice(0, at)
  const kind = OUTPUT_KINDS.find((each) => each === name)
  if (kind === undefined) throw badOutput(text)
  return { kind, target: at < 0 ? '' : text.slice(at + 1) }
}

function badOutput(output: string): UsageError {
  return new UsageError('ERR_OUTPUT', make['bad-output']({ output, kinds: OUTPUT_KINDS }), detectMessages)
}

/** The header may be a secret: it is not repeated in the message, and can stand in a file. */
function headerOf(given: string): [string, string] {
  const text = given.startsWith('@') ? readTextFile(given.slice(1)).trim() : given
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e]*)$/.exec(text)
  if (match === null) throw new UsageError('ERR_OUTPUT_HEADER', make['bad-header']({}), detectMessages)
  return [match[1] ?? '', match[2] ?? '']
}
