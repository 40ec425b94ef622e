import type { Context } from './context.ts'
import type { Priority } from './priority.ts'
import type { SourcedText } from './sourced-text.ts'
import type { StatefulDefinition } from './stateful/definition.ts'

/** A list as collected from the files, before references to other lists are filled in. */
export interface ListDefinition {
  readonly name: string
  readonly items: readonly string[]
  readonly context: Context
}

export interface MacroDefinition {
  readonly name: string
  readonly condition: SourcedText
  readonly context: Context
  readonly conditionContext: Context
}

/** A scalar or list of an exception's `fields`, `comps` or one of its `values`. */
export type ExceptionEntry =
  | { readonly kind: 'none' }
  | { readonly kind: 'item'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly ExceptionEntry[] }

export interface ExceptionDefinition {
  readonly name: string
  readonly fields: ExceptionEntry
  readonly comparisons: ExceptionEntry
  readonly values: readonly ExceptionEntry[]
  readonly context: Context
}

export interface RuleDefinition extends StatefulDefinition {
  readonly name: string
  readonly condition: SourcedText
  readonly output: SourcedText
  readonly description: string
  /** Haetae's own `desc_ko`. */
  readonly koreanDescription?: string | undefined
  readonly priority: Priority
  readonly source: string
  readonly tags: readonly string[]
  readonly exceptions: readonly ExceptionDefinition[]
  readonly enabled: boolean
  readonly warnEventTypes: boolean
  readonly skipIfUnknownFilter: boolean
  readonly capture: boolean
  /** Milliseconds. */
  readonly captureDuration: number
  readonly captureEvents: number
  readonly captureFileSize: number
  readonly context: Context
  readonly conditionContext: Context
  readonly outputContext: Context
}

/** What a later item with `append` or `override` says of a rule; absent keys leave it as it was. */
export interface RuleUpdate extends StatefulDefinition {
  readonly name: string
  readonly context: Context
  /** Only to hold it against the rule's own: an update can't move a rule to another source. */
  readonly source?: string
  readonly condition?: SourcedText
  readonly output?: SourcedText
  readonly description?: string
  readonly priority?: Priority
  readonly tags?: readonly string[]
  readonly exceptions?: readonly ExceptionDefinition[]
  readonly enabled?: boolean
  readonly warnEventTypes?: boolean
  readonly skipIfUnknownFilter?: boolean
  readonly capture?: boolean
  readonly captureDuration?: number
  readonly captureEvents?: number
  readonly captureFileSize?: number
}

export interface PluginRequirement {
  readonly name: string
  readonly version: string
}
