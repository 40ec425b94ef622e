/** How a quantity is written: `12M`, `12Mi`, `12e6`. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

/** An amount of a resource, exact to a billionth. */
export interface Quantity {
  /** Billionths of the unit: `1n` is one nano. */
  readonly nanos: bigint
  readonly format: QuantityFormat
}

const NANOS = 1_000_000_000n

const BINARY: Readonly<Record<string, bigint>> = {
  Ki: 2n ** 10n,
  Mi: 2n ** 20n,
  Gi: 2n ** 30n,
  Ti: 2n ** 40n,
  Pi: 2n ** 50n,
  Ei: 2n ** 60n,
}

/** Decimal suffixes with their exponents. */
const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}

/** "No matter which of the three exponent forms is used, no quantity may represent a number greater than 2^63-1". */
const LARGEST = (2n ** 63n - 1n) * NANOS

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d{1,9})|([KMGTPE]i|[numkMGTPE]))?$/

/** Longer text is no quantity that anybody wrote, and exponents beyond this are capped all the same. */
const LONGEST = 100
const LARGEST_EXPONENT = 30

/**
 * Reads a quantity as the API does (Kubernetes API reference, "Quantity"): "Numbers larger or more precise will be
 * capped or rounded up. (E.g.: 0.1m will rounded up to 1m.)"; here as there to nanos.
 *
 * @param value - text such as `500m`, or a JSON number
 * @returns undefined for what is no quantity
 */
export function parseQuantity(value: unknown): Quantity | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || text.length > LONGEST) return undefined
  const match = FORM.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = '', exponent, suffix = ''] = match
  if (whole === '' && fraction === '') return undefined
  const digits = BigInt(whole + fraction)
  const binary = BINARY[suffix]
  const power = exponent === undefined ? (DECIMAL[suffix] ?? 0) : Number(exponent.slice(1))
  const amount =
    binary === undefined
      ? scale(digits, Math.min(power, LARGEST_EXPONENT) + 9 - fraction.length)
      : scale(digits * binary, 9 - fraction.length)
  const nanos = binary !== undefined && amount > LARGEST ? LARGEST : amount
  const format = exponent !== undefined ? 'DecimalExponent' : binary === undefined ? 'DecimalSI' : 'BinarySI'
  return { nanos: sign === '-' ? -nanos : nanos, format }
}

/** A number of units, written as decimal. */
export function quantityOf(value: bigint | number, format: QuantityFormat = 'DecimalSI'): Quantity {
  return { nanos: BigInt(value) * NANOS, format }
}

/** A number of thousandths, written as decimal: 1500 is `1500m`. */
export function milliQuantityOf(value: bigint | number): Quantity {
  return { nanos: BigInt(value) * 1_000_000n, format: 'DecimalSI' }
}

/** The canonical text: no fraction, the largest suffix possible (`Quantity.String`). */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0'
  const isSmall = nanos > -1024n * NANOS && nanos < 1024n * NANOS
  return format === 'BinarySI' && !isSmall ? formatBinary(nanos) : formatDecimal(nanos, format)
}

/** The whole number of units, rounded away from zero (`Quantity.Value`). */
export function wholeValueOf(quantity: Quantity): bigint {
  return divideUp(quantity.nanos, NANOS)
}

/** The number of thousandths, rounded away from zero (`Quantity.MilliValue`). */
export function milliValueOf(quantity: Quantity): bigint {
  return divideUp(quantity.nanos, 1_000_000n)
}

/** A sum takes its format from the first, unless that is zero (`Quantity.Add`). */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format }
}

export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return { nanos: a.nanos - b.nanos, format: a.nanos === 0n ? b.format : a.format }
}

function scale(digits: bigint, power: number): bigint {
  if (power >= 0) return digits * 10n ** BigInt(power)
  // What is too small to be told is rounded up: "if you want some resources, you should get some".
  if (power < -LONGEST - LARGEST_EXPONENT) return digits === 0n ? 0n : 1n
  return divideUp(digits, 10n ** BigInt(-power))
}

function divideUp(amount: bigint, by: bigint): bigint {
  const quotient = amount / by
  if (amount % by === 0n) return quotient
  return amount < 0n ? quotient - 1n : quotient + 1n
}

function formatBinary(nanos: bigint): string {
  let amount = divideUp(nanos, NANOS)
  let suffix = ''
  for (const [name] of Object.entries(BINARY)) {
    if (amount % 1024n !== 0n) break
    amount /= 1024n
    suffix = name
  }
  return `${amount}${suffix}`
}

function formatDecimal(nanos: bigint, format: QuantityFormat): string {
  let amount = nanos
  let exponent = -9
  while (amount % 1000n === 0n && (format === 'DecimalExponent' || exponent < 18)) {
    amount /= 1000n
    exponent += 3
  }
  if (format === 'DecimalExponent') return exponent === 0 ? `${amount}` : `${amount}e${exponent}`
  const suffix = Object.entries(DECIMAL).find(([, power]) => power === exponent)?.[0] ?? ''
  return `${amount}${suffix}`
}
