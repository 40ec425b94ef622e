import type { YamlNode } from '../../../kubernetes/index.ts'
import type { RuleSource } from './source.ts'

/** What a place in a rule file belongs to, in Falco's words (rule_loader.cpp, item_type_strings). */
export type ItemType =
  | 'value for'
  | 'exceptions'
  | 'exception'
  | 'exception values'
  | 'exception value'
  | 'rules content'
  | 'rules content item'
  | 'required_engine_version'
  | 'required plugin versions'
  | 'required plugin versions entry'
  | 'required plugin versions alternative'
  | 'list'
  | 'list item'
  | 'macro'
  | 'macro condition'
  | 'rule'
  | 'rule condition'
  | 'condition expression'
  | 'rule output'
  | 'rule output expression'
  | 'rule priority'
  | 'overrides'
  | 'extension item'

/** One step of the way from the whole file to a fault. */
export interface ContextStep {
  readonly type: ItemType
  readonly name: string
  /** UTF-16 units into the source. */
  readonly offset: number
  /** Only of a condition's expression: where Falco counts it to be, relative to the step before. */
  readonly relative?: { readonly line: number; readonly column: number }
}

/** Where something was met: the file and the way down to it, outermost first. */
export interface Context {
  readonly source: RuleSource
  readonly steps: readonly ContextStep[]
}

/** The context of a whole file. */
export function rootContext(source: RuleSource): Context {
  return { source, steps: [{ type: 'rules content', name: '', offset: 0 }] }
}

/** A step further down. */
export function within(parent: Context, type: ItemType, node: YamlNode, name = ''): Context {
  return { source: parent.source, steps: [...parent.steps, { type, name, offset: node.start }] }
}
