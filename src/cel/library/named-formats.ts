import {
  dnsLabelProblems,
  labelValueProblems,
  qualifiedNameProblems,
  subdomainProblems,
} from '../../kubernetes/index.ts'
import { type FunctionDeclaration, member, overload } from '../check/declarations.ts'
import { regexCostOfSize } from '../program/cost.ts'
import { listOf, opaque, optionalOf, STRING, type Type } from '../types/type.ts'
import { ValueList } from '../values/list.ts'
import { NO_VALUE, Optional } from '../values/optional.ts'
import { parseTimestamp } from '../values/text.ts'
import { Opaque, type Result, type Value } from '../values/value.ts'
import { parseGoUrl } from './go-url.ts'

export const FORMAT = opaque('kubernetes.NamedFormat')

class FormatValue extends Opaque {
  readonly name: string
  readonly problems: (text: string) => readonly string[]
  /** The length of the regular expression that checking it is charged as. */
  readonly regexSize: number

  constructor(name: string, problems: (text: string) => readonly string[], regexSize: number) {
    super()
    this.name = name
    this.problems = problems
    this.regexSize = regexSize
  }

  get type(): Type {
    return FORMAT
  }

  equals(other: Opaque): boolean {
    return other instanceof FormatValue && other.name === this.name
  }
}

const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const LABEL_1035_RULE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, " +
  `and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${LABEL_1035}')`

function label1035Problems(text: string): string[] {
  const problems = text.length > 63 ? ['must be no more than 63 characters'] : []
  if (!/^[a-z][-a-z0-9]*$/.test(text) || text.endsWith('-')) problems.push(LABEL_1035_RULE)
  return problems
}

/** A prefix may end with a hyphen: what is generated comes after it. */
function ofPrefix(problems: (text: string) => readonly string[]): (text: string) => readonly string[] {
  return (text) => problems(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text)
}

function otherwise(holds: (text: string) => boolean, problem: string): (text: string) => readonly string[] {
  return (text) => (holds(text) ? [] : [problem])
}

const isDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && parseTimestamp(`${text}T00:00:00Z`) !== undefined

function isDateTime(text: string): boolean {
  const [date = '', time = ''] = text.toLowerCase().split('t')
  if (!isDate(date)) return false
  const [, hours = '', minutes = '', seconds = ''] =
    /^(\d\d):(\d\d):(\d\d)(?:.\d+)?(?:z|[+-]\d\d:\d\d)$/.exec(time) ?? []
  return hours !== '' && hours <= '23' && minutes <= '59' && seconds <= '59'
}

const BASE64 = /^(?:[A-Za-z0-9+\\/]{4})*(?:[A-Za-z0-9+\\/]{2}==|[A-Za-z0-9+\\/]{3}=|[A-Za-z0-9+\\/]{4})$/
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

function uriProblems(text: string): readonly string[] {
  const url = parseGoUrl(text)
  return typeof url === 'string' ? [url] : []
}

const FORMATS: ReadonlyMap<string, FormatValue> = new Map([
  ['dns1123Label', new FormatValue('DNS1123Label', dnsLabelProblems, 30)],
  ['dns1123Subdomain', new FormatValue('DNS1123Subdomain', subdomainProblems, 60)],
  ['dns1035Label', new FormatValue('DNS1035Label', label1035Problems, 30)],
  ['qualifiedName', new FormatValue('QualifiedName', qualifiedNameProblems, 60)],
  ['dns1123LabelPrefix', new FormatValue('DNS1123LabelPrefix', ofPrefix(dnsLabelProblems), 30)],
  ['dns1123SubdomainPrefix', new FormatValue('DNS1123SubdomainPrefix', ofPrefix(subdomainProblems), 60)],
  ['dns1035LabelPrefix', new FormatValue('DNS1035LabelPrefix', ofPrefix(label1035Problems), 30)],
  ['labelValue', new FormatValue('LabelValue', labelValueProblems, 40)],
  ['uri', new FormatValue('URI', uriProblems, 1103)],
  [
    'uuid',
    new FormatValue(
      'uuid',
      otherwise((text) => UUID.test(text), 'does not match the UUID format'),
      70,
    ),
  ],
  [
    'byte',
    new FormatValue(
      'byte',
      otherwise((text) => BASE64.test(text), 'invalid base64'),
      84,
    ),
  ],
  ['date', new FormatValue('date', otherwise(isDate, 'invalid date'), 71)],
  ['datetime', new FormatValue('datetime', otherwise(isDateTime, 'invalid datetime'), 71)],
] as const)

function validate({ problems }: FormatValue, text: string): Result {
  const found = problems(text)
  return found.length === 0 ? NO_VALUE : new Optional(new ValueList(found))
}

function validationCost([format, text = null]: readonly Value[]): number {
  return format instanceof FormatValue ? regexCostOfSize(text, format.regexSize) : 1
}

/** Kubernetes' named formats (Kubernetes documentation, "CEL in Kubernetes", "Kubernetes format library"), since 1.31. */
export const formatLibrary: readonly FunctionDeclaration[] = [
  ...[...FORMATS].map(([name, format]) => ({
    name: `format.${name}`,
    overloads: [overload(`format.${name}`, [], FORMAT, () => format)],
  })),
  {
    name: 'format.named',
    cost: () => 1,
    overloads: [
      overload('format-named', [STRING], optionalOf(FORMAT), (name: string) => {
        const format = FORMATS.get(name)
        return format === undefined ? NO_VALUE : new Optional(format)
      }),
    ],
  },
  {
    name: 'validate',
    cost: validationCost,
    overloads: [member('format-validate', [FORMAT, STRING], optionalOf(listOf(STRING)), validate)],
  },
]
