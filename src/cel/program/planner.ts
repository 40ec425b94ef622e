import type { Checked } from '../check/checked.ts'
import type { Node } from '../syntax/ast.ts'
import type { Result } from '../values/value.ts'
import type { Attribute, Step } from './frame.ts'

/** Where the variables of the macros around a node stand in a frame. */
export interface Places {
  readonly names: ReadonlyMap<string, number>
  /** The first free place, for the whole expression. */
  readonly next: { count: number }
}

/** What the parts of the planner are handed of each other. */
export interface Planner {
  readonly checked: Checked
  readonly plan: (node: Node, places: Places) => Step
  readonly planConstant: (value: Result) => Step
  readonly attribute: (step: Step) => Attribute
  readonly step: (attribute: Attribute) => Step
}
