import { visible } from '../../findings/index.ts'
import type { Message, Render } from '../../messages/index.ts'
import { rulesMessages } from './messages.ts'
import { NO_RULE_FILES, type UnreadableFile } from './rule-files.ts'

/** What is wrong around rule files; the loader's own codes (`LOAD_ERR_…`, Falco's) tell what is wrong in one. */
type RuleProblemCode =
  | 'ERR_NO_RULE_FILE'
  | 'ERR_RULES'
  | 'ERR_RULE_TEST'
  | 'ERR_RULE_LAYOUT'
  | 'LOAD_ERR_FILE_READ'
  | 'LOAD_ERR_YAML_PARSE'

/**
 * A problem as standard error has it: `PLACE: CODE: what is wrong`.
 *
 * @param place - a file, with `:line:column` where it is known; `haetae` where it is about all files together
 */
export function problemLine(place: string, code: RuleProblemCode, message: Message, render: Render): string {
  return visible(`${place}: ${code}: ${render(message)}`)
}

/** The line of a file that could not be read, or of a folder without rule files. */
export function unreadableLine(unreadable: UnreadableFile, render: Render): string {
  const { file, reason } = unreadable
  return problemLine(file, unreadableCode(unreadable), rulesMessages.make.unreadable({ reason }), render)
}

export function unreadableCode({ reason }: UnreadableFile): RuleProblemCode {
  return reason === NO_RULE_FILES ? 'ERR_NO_RULE_FILE' : 'LOAD_ERR_FILE_READ'
}
