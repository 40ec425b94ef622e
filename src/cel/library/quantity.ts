import {
  addQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantityOf,
  subtractQuantities,
} from '../../kubernetes/index.ts'
import { type FunctionDeclaration, member, type Overload, overload } from '../check/declarations.ts'
import { textCost } from '../program/cost.ts'
import { BOOL, DOUBLE, INT, opaque, STRING, type Type } from '../types/type.ts'
import { MAX_INT, MIN_INT } from '../values/numbers.ts'
import { Failure, Opaque, type Result, type Value } from '../values/value.ts'

export const QUANTITY = opaque('kubernetes.Quantity')

const NANOS = 1_000_000_000n

/** An amount of a resource. */
class QuantityValue extends Opaque {
  readonly quantity: Quantity
  /** Whether it may be an integer for Kubernetes, see `isExact`. */
  readonly #whole: boolean

  constructor(quantity: Quantity, whole: boolean) {
    super()
    this.quantity = quantity
    this.#whole = whole
  }

  get type(): Type {
    return QUANTITY
  }

  get integer(): bigint | undefined {
    const { nanos } = this.quantity
    if (!this.#whole || nanos % NANOS !== 0n) return undefined
    const value = nanos / NANOS
    return value > MAX_INT || value < MIN_INT ? undefined : value
  }

  equals(other: Opaque): boolean {
    return other instanceof QuantityValue && other.quantity.nanos === this.quantity.nanos
  }

  combine(other: QuantityValue, how: (one: Quantity, other: Quantity) => Quantity): QuantityValue {
    return new QuantityValue(how(this.quantity, other.quantity), this.#whole && other.#whole)
  }

  override toString(): string {
    return formatQuantity(this.quantity)
  }
}

/** The errors that Kubernetes has for what is no quantity. */
const MALFORMED =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const BAD_SUFFIX = "unable to parse quantity's suffix"

function parse(text: string): Result {
  const quantity = parseQuantity(text)
  if (quantity === undefined)
    return new Failure(
      /^[+-]?\d*\.?\d*[eEinumkKMGTP]*[-+]?\d*$/.test(text) && text !== '' ? BAD_SUFFIX : MALFORMED,
    )
  return new QuantityValue(quantity, isExact(text))
}

/**
 * Whether Kubernetes keeps the amount as an integer with a power of ten that is not negative, which is what it calls
 * one: neither `1000m` nor a number of 19 digits is.
 */
function isExact(text: string): boolean {
  const [, whole = '', fraction = '', suffix = ''] = /^[+-]?0*(\d*)\.?(\d*)(.*)$/.exec(text) ?? []
  const digits = Math.max(1, whole.length) + fraction.length
  const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].indexOf(suffix)
  if (binary >= 0) return fraction === '' && 15 - digits - Math.floor((binary + 1) * 3) - 1 >= 0
  const exponent =
    /^[eE]/.test(suffix) && suffix.length > 1 ? Number(suffix.slice(1)) : (DECIMAL[suffix] ?? 0)
  return digits <= 18 && exponent >= fraction.length
}

const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}

function compare({ quantity: one }: QuantityValue, { quantity: other }: QuantityValue): bigint {
  if (one.nanos === other.nanos) return 0n
  return one.nanos < other.nanos ? -1n : 1n
}

/** The quantity's own operation on another, or on a number of units. */
function combining(id: string, how: (one: Quantity, other: Quantity) => Quantity): readonly Overload[] {
  return [
    member(`quantity_${id}`, [QUANTITY, QUANTITY], QUANTITY, (one: QuantityValue, other: QuantityValue) =>
      one.combine(other, how),
    ),
    member(`quantity_${id}_int`, [QUANTITY, INT], QUANTITY, (one: QuantityValue, other: bigint) =>
      one.combine(new QuantityValue(quantityOf(other, 'DecimalExponent'), true), how),
    ),
  ]
}

const one = (): number => 1
const parsing = ([text = null]: readonly Value[]): number => textCost(text)

/** Kubernetes' quantities (Kubernetes documentation, "CEL in Kubernetes", "Kubernetes quantity library"), since 1.28. */
export const quantityLibrary: readonly FunctionDeclaration[] = [
  { name: 'quantity', cost: parsing, overloads: [overload('string_to_quantity', [STRING], QUANTITY, parse)] },
  {
    name: 'isQuantity',
    cost: parsing,
    overloads: [
      overload('is_quantity_string', [STRING], BOOL, (text: string) => parseQuantity(text) !== undefined),
    ],
  },
  {
    name: 'sign',
    cost: one,
    overloads: [overload('quantity_sign', [QUANTITY], INT, sign)],
  },
  {
    name: 'isGreaterThan',
    cost: one,
    overloads: [
      member(
        'quantity_is_greater_than',
        [QUANTITY, QUANTITY],
        BOOL,
        (a: QuantityValue, b: QuantityValue) => compare(a, b) > 0n,
      ),
    ],
  },
  {
    name: 'isLessThan',
    cost: one,
    overloads: [
      member(
        'quantity_is_less_than',
        [QUANTITY, QUANTITY],
        BOOL,
        (a: QuantityValue, b: QuantityValue) => compare(a, b) < 0n,
      ),
    ],
  },
  {
    name: 'compareTo',
    cost: one,
    overloads: [member('quantity_compare_to', [QUANTITY, QUANTITY], INT, compare)],
  },
  {
    name: 'asApproximateFloat',
    cost: one,
    overloads: [member('quantity_get_float', [QUANTITY], DOUBLE, approximate)],
  },
  {
    name: 'asInteger',
    cost: one,
    overloads: [
      member('quantity_get_int', [QUANTITY], INT, ({ integer }: QuantityValue) =>
        integer === undefined ? new Failure('cannot convert value to integer') : integer,
      ),
    ],
  },
  {
    name: 'isInteger',
    cost: one,
    overloads: [
      member('quantity_is_integer', [QUANTITY], BOOL, ({ integer }: QuantityValue) => integer !== undefined),
    ],
  },
  { name: 'add', cost: one, overloads: combining('add', addQuantities) },
  { name: 'sub', cost: one, overloads: combining('sub', subtractQuantities) },
]

function approximate({ quantity: { nanos } }: QuantityValue): number {
  return nanos % NANOS === 0n ? Number(nanos / NANOS) : Number(nanos) / 1e9
}

function sign({ quantity: { nanos } }: QuantityValue): bigint {
  if (nanos === 0n) return 0n
  return nanos < 0n ? -1n : 1n
}
