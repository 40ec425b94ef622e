import type { PositionedYaml } from '../../../../kubernetes/index.ts'
import type { Context } from '../context.ts'
import { RuleFault } from '../diagnostic.ts'

type Problem = Extract<PositionedYaml, { ok: false }>['problem']

/**
 * A fault of the YAML itself. Falco reads with yaml-cpp, whose words are given where they can be told from the parser's
 * reason; the place is the parser's.
 */
export function yamlFault({ reason, offset }: Problem, context: Context): RuleFault {
  const { line, column } = context.source.lines.positionAt(offset)
  const words = YAML_CPP.find(([pattern]) => pattern.test(reason))?.[1] ?? reason
  const place = { type: 'value for', name: '', offset } as const
  return new RuleFault('LOAD_ERR_YAML_PARSE', `yaml-cpp: error at line ${line}, column ${column}: ${words}`, {
    source: context.source,
    steps: [...context.steps, place],
  })
}

/** What yaml-cpp (exceptions.h) says of the same fault. */
const YAML_CPP: readonly (readonly [RegExp, string])[] = [
  [/bad indentation of a mapping entry|nested mappings are not allowed/, 'illegal map value'],
  [/bad indentation of a sequence entry/, 'end of sequence not found'],
  [/can not read a block mapping entry|key-value separator|implicit mapping pair/, 'end of map not found'],
  [/within a (single|double) quoted scalar/, 'end of scalar not found'],
  [/flow (sequence|collection).*\[|missed comma between flow/, 'end of sequence flow not found'],
  [/unidentified alias|unknown alias/, 'the referenced anchor is not defined'],
  [/unknown escape sequence/, 'unknown escape character: '],
  [/tab characters/, 'illegal tab when looking for indentation'],
]
