import table from './event-table.json' with { type: 'json' }

/** How a number of a parameter is written. */
export type NumberFormat = 'dec' | 'hex' | 'oct' | 'na'

/** One of the encodings that a `DYN` parameter chooses between. */
export interface ParameterVariant {
  readonly type: string
  readonly format: NumberFormat
  /** Names of the values; undefined for numbers without names. */
  readonly values: ValueSet | undefined
}

/** A parameter of an event. */
export interface Parameter extends ParameterVariant {
  readonly name: string
  /** The parameter that holds the directory which a relative path starts from; -1 for none. */
  readonly directory: number
  readonly variants: readonly ParameterVariant[]
}

/** A type of event of the kernel, as Falco's libs number them. */
export interface EventType {
  readonly number: number
  readonly symbol: string
  /** `evt.type`; for generic events that of the system call tells. */
  readonly name: string
  readonly isEnter: boolean
  readonly category: string
  /** Where events of it come from: `syscall`, `tracepoint`, `metaevent`, `plugin`…; empty for unused ones. */
  readonly source: string
  readonly flags: number
  readonly parameters: readonly Parameter[]
  /** The parameter whose descriptor the event is about; -1 for none. */
  readonly descriptor: number
  /** The parameter that is the result: a number, negative for an error; -1 for none. */
  readonly result: number
}

/** Bits of `EventType.flags`. */
export const EVENT_FLAGS = {
  createsDescriptor: 1,
  destroysDescriptor: 2,
  usesDescriptor: 4,
  readsDescriptor: 8,
  writesDescriptor: 16,
  unused: 64,
  waits: 128,
  statistics: 256,
  oldVersion: 512,
  largePayload: 2048,
  converted: 4096,
} as const

/** Names and their values, in the order in which they are written. */
export type ValueSet = readonly (readonly [string, number])[]

const valueSets = new Map<string, ValueSet>(
  Object.entries(table.valueSets).map(([name, values]) => [name, Object.entries(values)]),
)

/** Names of system calls by the number that libs gives them, which is not the kernel's. */
export const SYSTEM_CALLS: readonly string[] = table.systemCalls

type NumberType = readonly [size: number, signed: boolean]

/** Size in bytes of the types that are numbers, and whether they have a sign. */
export const NUMBER_TYPES: ReadonlyMap<string, NumberType> = new Map(
  Object.entries(table.parameterTypes) as unknown as [string, NumberType][],
)

type RawVariant = readonly [type: string, format: NumberFormat, values?: string]
type RawParameter = readonly [
  name: string,
  type: string,
  format: NumberFormat,
  more?: { readonly values?: string; readonly directory?: number; readonly dynamic?: readonly RawVariant[] },
]
type RawEvent = readonly [
  symbol: string,
  name: string,
  category: string,
  source: string,
  flags: number,
  parameters: readonly RawParameter[],
]

/**
 * All types of events, by their numbers: facts of libs 0.25.4 (driver/event_table.c, event schema 4.5.1).
 */
export const EVENT_TYPES: readonly EventType[] = (table.events as unknown as readonly RawEvent[]).map(
  ([symbol, name, category, source, flags, raw], number): EventType => {
    const parameters = raw.map(parameterOf)
    // "Even types are enter events, odd ones exit events" (libs, driver/ppm_events_public.h).
    const isEnter = number % 2 === 0
    return Object.freeze({
      number,
      symbol,
      name,
      isEnter,
      category,
      source,
      flags,
      parameters,
      descriptor: (flags & EVENT_FLAGS.usesDescriptor) === 0 ? -1 : descriptorOf(parameters),
      result: isEnter ? -1 : resultOf(parameters),
    })
  },
)

function parameterOf([name, type, format, more = {}]: RawParameter): Parameter {
  return Object.freeze({
    name,
    type,
    format,
    values: more.values === undefined ? undefined : valueSets.get(more.values),
    directory: more.directory ?? -1,
    variants: (more.dynamic ?? []).map(
      ([type, format, values]): ParameterVariant => ({
        type,
        format,
        values: values === undefined ? undefined : valueSets.get(values),
      }),
    ),
  })
}

/** The first descriptor that is not the result. */
function descriptorOf(parameters: readonly Parameter[]): number {
  return parameters.findIndex(({ type, name }) => type === 'FD' && name !== 'res')
}

/** The first parameter, where that is a result or a new descriptor. */
function resultOf([first]: readonly Parameter[]): number {
  return first !== undefined && (first.name === 'res' || first.name === 'fd' || first.name === 'res_or_fd')
    ? 0
    : -1
}

const bySymbol = new Map(EVENT_TYPES.map((type) => [type.symbol, type.number]))

/** @throws TypeError for a symbol that is not in the table: a mistake of the program */
export function eventNumber(symbol: string): number {
  const number = bySymbol.get(symbol)
  if (number === undefined) throw new TypeError(`no event ${symbol}`)
  return number
}

/** Position of a parameter; -1 where the type has none of that name. */
export function parameterIndex(type: EventType, name: string): number {
  return type.parameters.findIndex((parameter) => parameter.name === name)
}
