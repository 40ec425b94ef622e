import { within } from '../context.ts'
import { FALCO } from '../falco-text.ts'
import { invalid, optionalBoolean, requireScalar, requireText } from '../scalars.ts'
import { sourcedText } from '../sourced-text.ts'
import { type ItemReading, warnOfUnknownKeys } from './item-reading.ts'
import { readOverrides } from './read-overrides.ts'

const KEYS = ['macro', 'condition', 'append', 'override']

/** What a macro's name may be (libs, filter/parser.h, Identifier). */
const NAME = /^[a-zA-Z]+[a-zA-Z0-9_]*$/

/** `macro: name` with its `condition`. */
export function readMacro({ item, parent, collector, diagnostics }: ItemReading): void {
  const name = requireText(item, 'macro', within(parent, 'macro', item))
  const context = within(parent, 'macro', item, name)
  if (!NAME.test(name)) diagnostics.warn('LOAD_INVALID_MACRO_NAME', FALCO.macroName, context)
  const condition = requireScalar(item, 'condition', context)
  const conditionContext = within(context, 'macro condition', condition)
  const macro = { name, condition: sourcedText(condition, conditionContext), context, conditionContext }
  warnOfUnknownKeys(item, KEYS, context, diagnostics)
  const append = optionalBoolean(item, 'append', context) ?? false
  if (append) diagnostics.warn('LOAD_DEPRECATED_ITEM', FALCO.append, context)
  const overrides = readOverrides(item, ['condition'], ['condition'], context)
  if (append && overrides.isGiven) throw invalid(FALCO.overrideAndAppend, context)
  if (append || overrides.append.has('condition')) collector.appendToMacro(macro)
  else collector.defineMacro(macro)
}
