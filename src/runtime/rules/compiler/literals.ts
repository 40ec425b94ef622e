import type { FieldType } from '../fields/index.ts'
import { parseAddress } from './address.ts'
import { isInteger, parseInteger } from './integers.ts'
import { servicePort } from './services.ts'
import { CompileProblem, type Scalar } from './value.ts'

/**
 * A constant of a condition, converted to the type that it is compared with (networks excepted).
 *
 * @throws CompileProblem with Falco's message (libs, value_parser.cpp)
 */
export function parseLiteral(text: string, type: FieldType): Scalar {
  if (type !== 'BYTEBUF' && text.includes('\0')) {
    throw new CompileProblem('filter error: filter value cannot contain a NUL byte (\\x00)')
  }
  if (type === 'PORT') return parsePort(text)
  if (isInteger(type)) return parseInteger(text, type)
  if (type === 'DOUBLE') return parseDouble(text)
  if (type === 'BOOL') return parseBoolean(text)
  if (type === 'IPADDR') return parseIpAddress(text)
  return text
}

function parsePort(text: string): Scalar {
  if (text === '') return 0
  if (/^[0-9]+$/.test(text)) return parseInteger(text, 'PORT')
  const port = servicePort(text)
  if (port === undefined) throw new CompileProblem(`unrecognized protocol ${text}`)
  return port
}

function parseDouble(text: string): Scalar {
  const number = Number(text)
  if (text.trim() === '' || Number.isNaN(number)) throw new CompileProblem(`${text} is not a valid number`)
  return number
}

function parseBoolean(text: string): Scalar {
  if (text === 'true') return true
  if (text === 'false') return false
  throw new CompileProblem(`filter error: unrecognized boolean value ${text}`)
}

function parseIpAddress(text: string): Scalar {
  const address = parseAddress(text)
  if (address !== undefined) return address
  throw new CompileProblem(
    text.includes('.') ? `unrecognized IPv4 address ${text}` : `unrecognized IPv6 address ${text}`,
  )
}
