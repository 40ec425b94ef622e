/**
 * What values of a field are, by the names that libs gives its parameter types (driver/ppm_events_public.h, PT_*).
 * `DYNAMIC` stands for `evt.rawarg`, whose type is that of the argument named.
 */
export type FieldType =
  | 'CHARBUF'
  | 'FSPATH'
  | 'FSRELPATH'
  | 'BYTEBUF'
  | 'BOOL'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FD'
  | 'PID'
  | 'ERRNO'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'SIGTYPE'
  | 'SYSCALLID'
  | 'MODE'
  | 'FLAGS8'
  | 'FLAGS16'
  | 'FLAGS32'
  | 'ENUMFLAGS8'
  | 'ENUMFLAGS16'
  | 'ENUMFLAGS32'
  | 'RELTIME'
  | 'ABSTIME'
  | 'PORT'
  | 'IPADDR'
  | 'IPNET'
  | 'DOUBLE'
  | 'DYNAMIC'

/** How a field takes an argument in brackets. */
export interface ArgumentRule {
  readonly required: boolean
  /** `index`: a whole number; `key`: any text; `name`: may also be written behind a dot, as in `evt.arg.path`. */
  readonly kind: 'index' | 'key' | 'name'
}

/** One field of a catalogue. */
export interface Field {
  readonly name: string
  readonly type: FieldType
  readonly list: boolean
  readonly argument?: ArgumentRule
  /** Only in conditions, never in an output. */
  readonly filterOnly: boolean
  /** Whether it can be compared with another field, on either side. */
  readonly comparable: boolean
  readonly transformable: boolean
  /** Implemented by a plugin of Falco; its messages about arguments are worded differently. */
  readonly plugin: boolean
  /** How Falco prints numbers of it; what is printed so has to be read so. */
  readonly notation: 'decimal' | 'hexadecimal' | 'octal'
  /**
   * Several values are compared one by one: `any` holds if it holds for one of them; `any-or-none`: likewise, but `!=`
   * has to hold for all.
   */
  readonly several?: 'any' | 'any-or-none'
}

/** A field as a condition or an output names it. */
export interface ResolvedField {
  readonly field: Field
  /** Type of the values; differs from the field's own where that is `DYNAMIC`. */
  readonly type: FieldType
  /** What stands in the brackets or behind the dot; undefined without. */
  readonly argument: string | undefined
  /** The name with the argument, as written. */
  readonly text: string
}
