import { sorted } from '../collector.ts'
import { type Context, within } from '../context.ts'
import { FALCO } from '../falco-text.ts'
import {
  invalid,
  optionalBoolean,
  optionalCount,
  optionalText,
  requireBoolean,
  requireScalar,
  requireText,
  valueAt,
} from '../scalars.ts'
import { sourcedText } from '../sourced-text.ts'
import { readStateful } from '../stateful/read.ts'
import { type ItemReading, warnOfUnknownKeys } from './item-reading.ts'
import { readExceptions } from './read-exceptions.ts'
import { type Overrides, readOverrides } from './read-overrides.ts'
import { APPENDABLE, REPLACEABLE, readPriority, readUpdate, tagsOf } from './read-update.ts'

const KEYS = [
  'rule',
  'desc',
  'condition',
  'output',
  'priority',
  'source',
  'enabled',
  'tags',
  'exceptions',
  'warn_evttypes',
  'skip-if-unknown-filter',
  'capture',
  'capture_duration',
  'capture_events',
  'capture_filesize',
  'append',
  'override',
  // Haetae's own.
  'threshold',
  'sequence',
  'suppress',
  'desc_ko',
]

/** `rule: name`: a definition, a change to an earlier one, or nothing but its `enabled`. */
export function readRule(reading: ItemReading): void {
  const { item, parent, diagnostics } = reading
  const name = requireText(item, 'rule', within(parent, 'rule', item))
  const context = within(parent, 'rule', item, name)
  warnOfUnknownKeys(item, KEYS, context, diagnostics)
  const append = optionalBoolean(item, 'append', context) ?? false
  if (append) diagnostics.warn('LOAD_DEPRECATED_ITEM', FALCO.append, context)
  const overrides = readOverrides(item, APPENDABLE, REPLACEABLE, context)
  if (append && overrides.isGiven) throw invalid(FALCO.overrideAndAppend, context)
  if (overrides.isGiven) override(reading, name, overrides, context)
  else if (append) appendWhole(reading, name, context)
  else if (['condition', 'output', 'desc', 'priority'].some((key) => valueAt(item, key) !== undefined))
    define(reading, name, context)
  else enable(reading, name, context)
}

function override(
  { item, collector, diagnostics }: ItemReading,
  name: string,
  overrides: Overrides,
  context: Context,
): void {
  const source = optionalText(item, 'source', context)
  const shared = {
    name,
    context,
    ...(source === undefined ? {} : { source }),
    ...readStateful(item, context),
  }
  const pending = new Set([...APPENDABLE, ...REPLACEABLE].filter((key) => valueAt(item, key) !== undefined))
  if (overrides.append.size > 0) {
    const read = readUpdate(item, overrides.append, 'append', pending, context, diagnostics)
    collector.appendToRule({ ...shared, ...read })
  }
  if (overrides.replace.size > 0) {
    const read = readUpdate(item, overrides.replace, 'replace', pending, context, diagnostics)
    collector.replaceInRule({ ...shared, ...read })
  }
  const [key] = [...pending].sort()
  if (key === undefined) return
  const place = within(context, 'overrides', valueAt(item, key) ?? item, key)
  throw invalid(`Unexpected key '${key}': no corresponding entry under 'override' is defined.`, place)
}

/** `append: true`: the old way to add a condition and exceptions. */
function appendWhole({ item, collector, diagnostics }: ItemReading, name: string, context: Context): void {
  const source = optionalText(item, 'source', context)
  const condition =
    valueAt(item, 'condition') === undefined ? undefined : requireScalar(item, 'condition', context)
  collector.appendToRule({
    name,
    context,
    ...(source === undefined ? {} : { source }),
    ...(condition === undefined
      ? {}
      : { condition: sourcedText(condition, within(context, 'rule condition', condition)) }),
    ...(valueAt(item, 'exceptions') === undefined
      ? {}
      : { exceptions: readExceptions(item, context, true, diagnostics) }),
    ...readStateful(item, context),
  })
}

/** An item with `enabled` alone switches an earlier rule on or off. */
function enable({ item, collector, diagnostics }: ItemReading, name: string, context: Context): void {
  const enabled = requireBoolean(item, 'enabled', context)
  diagnostics.warn('LOAD_DEPRECATED_ITEM', FALCO.enabled, context)
  collector.enableRule(name, enabled, context)
}

function define({ item, collector, diagnostics }: ItemReading, name: string, context: Context): void {
  const condition = requireScalar(item, 'condition', context)
  const conditionContext = within(context, 'rule condition', condition)
  const output = requireScalar(item, 'output', context)
  const outputContext = within(context, 'rule output', output)
  const description = requireText(item, 'desc', context)
  const priority = readPriority(item, context)
  collector.defineRule(
    {
      name,
      condition: sourcedText(condition, conditionContext),
      output: sourcedText(output, outputContext, true),
      description,
      koreanDescription: optionalText(item, 'desc_ko', context),
      priority,
      source: optionalText(item, 'source', context) ?? 'syscall',
      enabled: optionalBoolean(item, 'enabled', context) ?? true,
      warnEventTypes: optionalBoolean(item, 'warn_evttypes', context) ?? true,
      skipIfUnknownFilter: optionalBoolean(item, 'skip-if-unknown-filter', context) ?? false,
      capture: optionalBoolean(item, 'capture', context) ?? false,
      captureDuration: optionalCount(item, 'capture_duration', context) ?? 0,
      captureEvents: optionalCount(item, 'capture_events', context) ?? 0,
      captureFileSize: optionalCount(item, 'capture_filesize', context) ?? 0,
      tags: sorted(tagsOf(item, context) ?? []),
      exceptions: readExceptions(item, context, false, diagnostics),
      ...readStateful(item, context),
      context,
      conditionContext,
      outputContext,
    },
    diagnostics,
  )
}
