import { adviceMessages } from './advice/messages.ts'
import type { Context } from './context.ts'
import type {
  ExceptionDefinition,
  ListDefinition,
  MacroDefinition,
  PluginRequirement,
  RuleDefinition,
  RuleUpdate,
} from './definitions.ts'
import { type Diagnostics, RuleFault } from './diagnostic.ts'
import { type ExceptionFieldCheck, validateException } from './exceptions/validate.ts'
import { FALCO } from './falco-text.ts'
import { joinTexts, type SourcedText } from './sourced-text.ts'
import {
  ENGINE_VERSION,
  formatVersion,
  isCompatible,
  isOlder,
  parseVersion,
  type Version,
} from './version.ts'

/** A definition with its place in the order of all items: what is visible to it are those that came before. */
export type Ordered<T> = T & {
  /** Position of its first definition. */
  readonly index: number
  /** Position of its last definition or change. */
  readonly visibility: number
}

export type CollectedRule = Ordered<RuleDefinition> & { readonly hasUnknownSource: boolean }

/**
 * Puts together what all files say of each list, macro and rule: definitions replace one another, `append` and
 * `override` change what is there (rule_loader_collector.cpp). Every method throws RuleFault LOAD_ERR_VALIDATE.
 */
export class Collector {
  readonly lists = new Map<string, Ordered<ListDefinition>>()
  readonly macros = new Map<string, Ordered<MacroDefinition>>()
  readonly rules = new Map<string, CollectedRule>()
  readonly plugins: (readonly PluginRequirement[])[] = []
  engine: Version = { major: 0, minor: 0, patch: 0 }
  readonly #checkField: ExceptionFieldCheck
  readonly #sources: ReadonlySet<string>
  #next = 0

  constructor(sources: readonly string[], checkField: ExceptionFieldCheck) {
    this.#sources = new Set(sources)
    this.#checkField = checkField
  }

  requireEngine(version: Version, context: Context): void {
    if (!isCompatible(ENGINE_VERSION, version)) {
      const [required, present] = [formatVersion(version), formatVersion(ENGINE_VERSION)]
      throw fault(`Rules require engine version ${required}, but engine version is ${present}`, context)
    }
    if (isOlder(this.engine, version)) this.engine = version
  }

  /** @param alternatives - a plugin and those that may stand in for it */
  requirePlugin(alternatives: readonly PluginRequirement[], context: Context): void {
    const names = new Set<string>()
    for (const { name, version } of alternatives) {
      if (parseVersion(version) === undefined)
        throw fault(`Invalid required version '${version}' for plugin '${name}'`, context)
      if (names.has(name))
        throw fault(`Defined multiple alternative version requirements for plugin '${name}'`, context)
      names.add(name)
    }
    this.plugins.push(alternatives)
  }

  defineList(list: ListDefinition): void {
    this.#define(this.lists, list)
  }

  appendToList({ name, items, context }: ListDefinition): void {
    const list = this.lists.get(name)
    if (list === undefined) throw fault(FALCO.noList, context)
    this.lists.set(name, { ...list, items: [...list.items, ...items], visibility: this.#next++ })
  }

  defineMacro(macro: MacroDefinition): void {
    this.#define(this.macros, macro)
  }

  appendToMacro({ name, condition, context }: MacroDefinition): void {
    const macro = this.macros.get(name)
    if (macro === undefined) throw fault(FALCO.noMacro, context)
    const joined = joinTexts(macro.condition, ' ', condition)
    this.macros.set(name, { ...macro, condition: joined, visibility: this.#next++ })
  }

  defineRule(rule: RuleDefinition, diagnostics: Diagnostics): void {
    const earlier = this.rules.get(rule.name)
    if (earlier !== undefined) checkSource(earlier, rule)
    const hasUnknownSource = !this.#sources.has(rule.source)
    if (hasUnknownSource)
      diagnostics.warn('LOAD_UNKNOWN_SOURCE', `Unknown source ${rule.source}, skipping`, rule.context, {
        advice: adviceMessages.make.knownSources({ sources: [...this.#sources] }),
      })
    const exceptions = rule.exceptions.map((exception) => {
      if (exception.fields.kind === 'none')
        throw fault('Rule exception item must have fields property with a list of fields', exception.context)
      return this.#valid(exception, rule.source)
    })
    this.#define(this.rules, { ...rule, exceptions, hasUnknownSource })
  }

  appendToRule(update: RuleUpdate): void {
    const rule = this.rules.get(update.name)
    if (rule === undefined) throw fault(FALCO.noRuleToAppend, update.context)
    checkSource(rule, update)
    if (!saysAnything(update)) throw fault(FALCO.nothingToAppend, update.context)
    const description = [rule.description, update.description ?? ''].filter((text) => text !== '').join(' ')
    const exceptions = [...rule.exceptions]
    for (const exception of update.exceptions ?? []) this.#appendException(exceptions, exception, rule.source)
    this.rules.set(rule.name, {
      ...rule,
      ...statefulOf(update),
      condition: appended(rule.condition, update.condition),
      output: appended(rule.output, update.output),
      description,
      ...(update.description !== undefined && { koreanDescription: undefined }),
      tags: sorted([...rule.tags, ...(update.tags ?? [])]),
      exceptions,
      visibility: this.#next++,
    })
  }

  replaceInRule(update: RuleUpdate): void {
    const rule = this.rules.get(update.name)
    if (rule === undefined) throw fault(FALCO.noRuleToReplace, update.context)
    checkSource(rule, update)
    if (!saysAnything(update)) throw fault(FALCO.nothingToReplace, update.context)
    const { name: _, context: __, source: ___, ...changes } = update
    const exceptions = (update.exceptions ?? rule.exceptions).map((each) => this.#valid(each, rule.source))
    // The other language would go on saying what does not hold any more.
    const told = changes.description === undefined ? {} : { koreanDescription: undefined }
    this.rules.set(rule.name, { ...rule, ...changes, ...told, exceptions, visibility: this.#next++ })
  }

  enableRule(name: string, enabled: boolean, context: Context): void {
    const rule = this.rules.get(name)
    if (rule === undefined) throw fault(FALCO.noRuleToEnable, context)
    this.rules.set(name, { ...rule, enabled })
  }

  #define<T extends { readonly name: string }>(all: Map<string, Ordered<T>>, definition: T): void {
    const id = this.#next++
    all.set(definition.name, { ...definition, index: all.get(definition.name)?.index ?? id, visibility: id })
  }

  #appendException(exceptions: ExceptionDefinition[], exception: ExceptionDefinition, source: string): void {
    const at = exceptions.findIndex(({ name }) => name === exception.name)
    const earlier = exceptions[at]
    if (earlier === undefined) {
      if (exception.fields.kind === 'none')
        throw fault('Rule exception must have fields property with a list of fields', exception.context)
      if (exception.values.length === 0)
        throw fault('Rule exception must have values property with a list of values', exception.context)
      exceptions.push(this.#valid(exception, source))
      return
    }
    if (exception.fields.kind !== 'none')
      throw fault('Can not append exception fields to existing exception, only values', exception.context)
    if (exception.comparisons.kind !== 'none')
      throw fault('Can not append exception comps to existing exception, only values', exception.context)
    exceptions[at] = { ...earlier, values: [...earlier.values, ...exception.values] }
  }

  /** Fields are checked only for a source that is known. */
  #valid(exception: ExceptionDefinition, source: string): ExceptionDefinition {
    const check = this.#sources.has(source) ? this.#checkField : undefined
    return validateException(exception, source, check)
  }
}

function fault(message: string, context: Context): RuleFault {
  return new RuleFault('LOAD_ERR_VALIDATE', message, context)
}

function checkSource(rule: CollectedRule, { source, context }: RuleDefinition | RuleUpdate): void {
  if (source !== undefined && source !== rule.source) throw fault(FALCO.otherSource, context)
}

function appended(text: SourcedText, addition: SourcedText | undefined): SourcedText {
  return addition === undefined || addition.text === '' ? text : joinTexts(text, ' ', addition)
}

/** Tags are a set in the order of their bytes. */
export function sorted(tags: readonly string[]): string[] {
  return [...new Set(tags)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

function saysAnything({ name: _, context: __, source: ___, ...changes }: RuleUpdate): boolean {
  return Object.keys(changes).length > 0
}

function statefulOf({ threshold, sequence, suppress }: RuleUpdate): Partial<RuleUpdate> {
  return {
    ...(threshold === undefined ? {} : { threshold }),
    ...(sequence === undefined ? {} : { sequence }),
    ...(suppress === undefined ? {} : { suppress }),
  }
}
