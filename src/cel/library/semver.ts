import { type FunctionDeclaration, member, overload } from '../check/declarations.ts'
import { textCost } from '../program/cost.ts'
import { BOOL, INT, opaque, STRING, type Type } from '../types/type.ts'
import { Failure, Opaque, type Result, type Value } from '../values/value.ts'

export const SEMVER = opaque('kubernetes.Semver')

/** A version by "Semantic Versioning 2.0.0". */
class SemverValue extends Opaque {
  readonly core: readonly [major: bigint, minor: bigint, patch: bigint]
  readonly prerelease: readonly string[]
  readonly #text: string

  constructor(core: SemverValue['core'], prerelease: readonly string[], text: string) {
    super()
    this.core = core
    this.prerelease = prerelease
    this.#text = text
  }

  get type(): Type {
    return SEMVER
  }

  equals(other: Opaque): boolean {
    return other instanceof SemverValue && compare(this, other) === 0n
  }

  override toString(): string {
    return this.#text
  }
}

const NUMBER = /^(?:0|[1-9]\d*)$/
const MAX = 2n ** 64n - 1n

function parse(text: string): Result {
  if (text === '') return new Failure('Version string empty')
  const parts = text.split('.')
  if (parts.length < 3) return new Failure('No Major.Minor.Patch elements found')
  const match = /^([^.]*)\.([^.]*)\.([^-+]*)(?:-([^+]*))?(?:\+(.*))?$/s.exec(text)
  const [, major = '', minor = '', patch = '', prerelease, build] = match ?? []
  for (const [part, number] of Object.entries({ major, minor, patch })) {
    if (!/^\d+$/.test(number)) return new Failure(`Invalid character(s) found in ${part} number "${number}"`)
    if (!NUMBER.test(number))
      return new Failure(
        `${part.charAt(0).toUpperCase()}${part.slice(1)} number must not contain leading zeroes "${number}"`,
      )
    if (number.length > 20 || BigInt(number) > MAX)
      return new Failure(`strconv.ParseUint: parsing "${number}": value out of range`)
  }
  for (const identifier of [...(prerelease?.split('.') ?? []), ...(build?.split('.') ?? [])])
    if (!/^[0-9A-Za-z-]+$/.test(identifier))
      return new Failure(
        identifier === ''
          ? 'Prerelease is empty'
          : `Invalid character(s) found in prerelease "${identifier}"`,
      )
  const identifiers = prerelease?.split('.') ?? []
  for (const identifier of identifiers)
    if (/^\d+$/.test(identifier) && !NUMBER.test(identifier))
      return new Failure(`Numeric PreRelease version must not contain leading zeroes "${identifier}"`)
  return new SemverValue([BigInt(major), BigInt(minor), BigInt(patch)], identifiers, text)
}

/** "removes any "v" prefix, adds a 0 minor and patch numbers …, and removes any leading 0s" */
function parseTolerant(text: string): Result {
  const parts = text.replace(/^v/, '').split('.')
  const three = parts.length > 3 ? [...parts.slice(0, 2), parts.slice(2).join('.')] : parts
  const trimmed = three.map((part) => {
    if (part.length <= 1) return part
    const rest = part.replace(/^0+/, '')
    return /^\d/.test(rest) ? rest : `0${rest}`
  })
  if (trimmed.length < 3) {
    if (/[+-]/.test(trimmed.at(-1) ?? ''))
      return new Failure('short version cannot contain PreRelease/Build meta data')
    while (trimmed.length < 3) trimmed.push('0')
  }
  return parse(trimmed.join('.'))
}

const parseEither = (text: string, normalize = false): Result =>
  normalize ? parseTolerant(text) : parse(text)

/** "Precedence is calculated by separating the version into major, minor, patch and pre-release identifiers". */
function compare(one: SemverValue, other: SemverValue): bigint {
  for (const [index, mine] of one.core.entries()) {
    const theirs = other.core[index] ?? 0n
    if (mine !== theirs) return mine < theirs ? -1n : 1n
  }
  const [a, b] = [one.prerelease, other.prerelease]
  if (a.length === 0 || b.length === 0) return BigInt(Number(a.length === 0) - Number(b.length === 0))
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const order = compareIdentifiers(a[index], b[index])
    if (order !== 0n) return order
  }
  return 0n
}

function compareIdentifiers(one: string | undefined, other: string | undefined): bigint {
  if (one === undefined || other === undefined) return one === other ? 0n : one === undefined ? -1n : 1n
  const [mine, theirs] = [/^\d+$/.test(one), /^\d+$/.test(other)]
  if (mine !== theirs) return mine ? -1n : 1n
  if (one === other) return 0n
  if (mine) return BigInt(one) < BigInt(other) ? -1n : 1n
  return one < other ? -1n : 1n
}

const one = (): number => 1
const parsing = ([text = null]: readonly Value[]): number => textCost(text)

function part(name: string, index: 0 | 1 | 2): FunctionDeclaration {
  return {
    name,
    cost: one,
    overloads: [member(`semver_${name}`, [SEMVER], INT, ({ core }: SemverValue) => core[index])],
  }
}

/** Versions (Kubernetes documentation, "CEL in Kubernetes", "Kubernetes semver library"), since 1.33. */
export const semverLibrary: readonly FunctionDeclaration[] = [
  {
    name: 'semver',
    cost: parsing,
    overloads: [
      overload('string_to_semver', [STRING], SEMVER, parseEither),
      overload('string_bool_to_semver', [STRING, BOOL], SEMVER, parseEither),
    ],
  },
  {
    name: 'isSemver',
    cost: parsing,
    overloads: [
      overload('is_semver_string', [STRING], BOOL, (text: string) => !(parse(text) instanceof Failure)),
      overload(
        'is_semver_string_bool',
        [STRING, BOOL],
        BOOL,
        (text: string, normalize: boolean) => !(parseEither(text, normalize) instanceof Failure),
      ),
    ],
  },
  {
    name: 'isGreaterThan',
    cost: one,
    overloads: [
      member(
        'semver_is_greater_than',
        [SEMVER, SEMVER],
        BOOL,
        (a: SemverValue, b: SemverValue) => compare(a, b) > 0n,
      ),
    ],
  },
  {
    name: 'isLessThan',
    cost: one,
    overloads: [
      member(
        'semver_is_less_than',
        [SEMVER, SEMVER],
        BOOL,
        (a: SemverValue, b: SemverValue) => compare(a, b) < 0n,
      ),
    ],
  },
  { name: 'compareTo', cost: one, overloads: [member('semver_compare_to', [SEMVER, SEMVER], INT, compare)] },
  part('major', 0),
  part('minor', 1),
  part('patch', 2),
]
