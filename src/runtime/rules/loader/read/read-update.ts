import type { YamlMapping } from '../../../../kubernetes/index.ts'
import { adviceMessages } from '../advice/messages.ts'
import { sorted } from '../collector.ts'
import { type Context, within } from '../context.ts'
import type { RuleUpdate } from '../definitions.ts'
import { type Diagnostics, RuleFault } from '../diagnostic.ts'
import { PRIORITIES, type Priority, parsePriority } from '../priority.ts'
import {
  invalid,
  requireBoolean,
  requireCount,
  requireScalar,
  requireScalars,
  requireText,
  valueAt,
} from '../scalars.ts'
import { sourcedText } from '../sourced-text.ts'
import { readExceptions } from './read-exceptions.ts'

/** Keys of a rule that `override` may append to. */
export const APPENDABLE = ['condition', 'output', 'desc', 'tags', 'exceptions'] as const

/** Keys of a rule that `override` may replace, in the order in which Falco reads them. */
export const REPLACEABLE = [
  'condition',
  'exceptions',
  'output',
  'desc',
  'tags',
  'priority',
  'enabled',
  'warn_evttypes',
  'skip-if-unknown-filter',
  'capture',
  'capture_duration',
  'capture_events',
  'capture_filesize',
] as const

type OverridableKey = (typeof REPLACEABLE)[number]

/**
 * Reads the keys of an item that are overridden in one way.
 *
 * @param keys - that `override` gives this operation for
 * @param pending - keys of the item that no operation was found for yet; those that are read are taken out
 * @throws RuleFault for a key under `override` that the item does not have
 */
export function readUpdate(
  item: YamlMapping,
  keys: ReadonlySet<string>,
  operation: 'append' | 'replace',
  pending: Set<string>,
  context: Context,
  diagnostics: Diagnostics,
): Partial<RuleUpdate> {
  let update: Partial<RuleUpdate> = {}
  for (const key of REPLACEABLE) {
    if (!keys.has(key)) continue
    if (!pending.delete(key))
      throw invalid(
        `An ${operation} override for '${key}' was specified but '${key}' is not defined`,
        context,
      )
    update = {
      ...update,
      ...READERS[key]({ item, context, diagnostics, isAppended: operation === 'append' }),
    }
  }
  return update
}

interface KeyReading {
  readonly item: YamlMapping
  readonly context: Context
  readonly diagnostics: Diagnostics
  readonly isAppended: boolean
}

const READERS: Readonly<Record<OverridableKey, (reading: KeyReading) => Partial<RuleUpdate>>> = {
  condition: ({ item, context }) => {
    const scalar = requireScalar(item, 'condition', context)
    return { condition: sourcedText(scalar, within(context, 'rule condition', scalar)) }
  },
  exceptions: ({ item, context, diagnostics, isAppended }) => ({
    exceptions: readExceptions(item, context, isAppended, diagnostics),
  }),
  output: ({ item, context }) => {
    const scalar = requireScalar(item, 'output', context)
    return { output: sourcedText(scalar, within(context, 'rule output', scalar)) }
  },
  desc: ({ item, context }) => ({ description: requireText(item, 'desc', context) }),
  tags: ({ item, context }) => ({ tags: sorted(tagsOf(item, context) ?? []) }),
  priority: ({ item, context }) => ({ priority: readPriority(item, context) }),
  enabled: ({ item, context }) => ({ enabled: requireBoolean(item, 'enabled', context) }),
  warn_evttypes: ({ item, context }) => ({ warnEventTypes: requireBoolean(item, 'warn_evttypes', context) }),
  'skip-if-unknown-filter': ({ item, context }) => ({
    skipIfUnknownFilter: requireBoolean(item, 'skip-if-unknown-filter', context),
  }),
  capture: ({ item, context }) => ({ capture: requireBoolean(item, 'capture', context) }),
  capture_duration: ({ item, context }) => ({
    captureDuration: requireCount(item, 'capture_duration', context),
  }),
  capture_events: ({ item, context }) => ({ captureEvents: requireCount(item, 'capture_events', context) }),
  capture_filesize: ({ item, context }) => ({
    captureFileSize: requireCount(item, 'capture_filesize', context),
  }),
}

export function tagsOf(item: YamlMapping, context: Context): string[] | undefined {
  if (valueAt(item, 'tags') === undefined) return undefined
  return requireScalars(item, 'tags', context).map(({ value }) => value)
}

/** @throws RuleFault for a name that is no priority */
export function readPriority(item: YamlMapping, context: Context): Priority {
  const scalar = requireScalar(item, 'priority', context)
  const priority = parsePriority(scalar.value)
  if (priority !== undefined) return priority
  const place = within(context, 'rule priority', scalar)
  const advice = adviceMessages.make.priorities({ known: PRIORITIES })
  throw new RuleFault('LOAD_ERR_YAML_VALIDATE', 'Invalid priority', place, { advice })
}
