import { within } from '../context.ts'
import { FALCO } from '../falco-text.ts'
import { invalid, optionalBoolean, requireScalars, requireText } from '../scalars.ts'
import { type ItemReading, warnOfUnknownKeys } from './item-reading.ts'
import { readOverrides } from './read-overrides.ts'

const KEYS = ['list', 'items', 'append', 'override']

/** What a list's name may be (libs, filter/parser.h, BareStr). */
const NAME = /^[^()"'\s=,]+$/

/** `list: name` with its `items`. */
export function readList({ item, parent, collector, diagnostics }: ItemReading): void {
  const name = requireText(item, 'list', within(parent, 'list', item))
  const context = within(parent, 'list', item, name)
  if (!NAME.test(name)) diagnostics.warn('LOAD_INVALID_LIST_NAME', FALCO.listName, context)
  const list = { name, items: requireScalars(item, 'items', context).map(({ value }) => value), context }
  warnOfUnknownKeys(item, KEYS, context, diagnostics)
  const append = optionalBoolean(item, 'append', context) ?? false
  if (append) diagnostics.warn('LOAD_DEPRECATED_ITEM', FALCO.append, context)
  const overrides = readOverrides(item, ['items'], ['items'], context)
  if (append && overrides.isGiven) throw invalid(FALCO.overrideAndAppend, context)
  if (append || overrides.append.has('items')) collector.appendToList(list)
  else collector.defineList(list)
}
