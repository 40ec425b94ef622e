import { LineIndex } from '../../../kubernetes/index.ts'

/** A rule file as it is given to the loader. */
export interface RuleFile {
  /** As the user named it; only for messages. */
  readonly name: string
  readonly text: string
}

/** A rule file with its lines. */
export interface RuleSource extends RuleFile {
  readonly lines: LineIndex
}

export function createRuleSource({ name, text }: RuleFile): RuleSource {
  return { name, text, lines: new LineIndex(text, 1) }
}
