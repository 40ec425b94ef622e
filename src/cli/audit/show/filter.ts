import { BlockList, isIP } from 'node:net'
import { type AuditEvent, type EventUser, timeOf } from '../../../api-access/audit/index.ts'
import { UsageError } from '../../exit.ts'
import { showMessages } from './messages.ts'
import { parseTime } from './time.ts'

/** What to show, as the command line gives it. Of each list one entry has to match. */
export interface FilterOptions {
  readonly user?: readonly string[]
  readonly group?: readonly string[]
  readonly verb?: readonly string[]
  readonly resource?: readonly string[]
  readonly namespace?: readonly string[]
  readonly name?: readonly string[]
  readonly code?: readonly string[]
  readonly since?: string
  readonly until?: string
  readonly stage?: readonly string[]
  readonly sourceIp?: readonly string[]
}

export type EventFilter = (event: AuditEvent) => boolean

const { make } = showMessages

/**
 * @param now - milliseconds since 1970
 * @returns whether an event matches every option that is given
 * @throws UsageError for a time, a code, an address or a resource that is none
 */
export function createFilter(options: FilterOptions, now: number): EventFilter {
  const { user, group, verb, resource, namespace, name, code, stage, sourceIp } = options
  const tests: EventFilter[] = []
  const addTest = (
    values: readonly string[] | undefined,
    testOf: (values: readonly string[]) => EventFilter,
  ) => {
    if (values !== undefined && values.length > 0) tests.push(testOf(values))
  }
  addTest(user, byUser)
  addTest(group, byGroup)
  addTest(verb, (verbs) => (event) => verbs.includes(event.verb ?? ''))
  addTest(resource, (resources) => anyOf(resources.map(byResource)))
  addTest(namespace, (values) => matching(values, (event) => event.objectRef?.namespace))
  addTest(name, (values) => matching(values, (event) => event.objectRef?.name))
  addTest(code, (codes) => anyOf(codes.map(byCode)))
  addTest(stage, (stages) => (event) => stages.includes(event.stage ?? ''))
  addTest(sourceIp, byAddress)
  const { since, until } = timesOf(options, now)
  if (since !== undefined) tests.push((event) => Date.parse(timeOf(event)) >= since)
  if (until !== undefined) tests.push((event) => Date.parse(timeOf(event)) <= until)
  return (event) => tests.every((test) => test(event))
}

/** @throws UsageError for what is no time */
export function timesOf(
  { since, until }: Pick<FilterOptions, 'since' | 'until'>,
  now: number,
): { readonly since?: number; readonly until?: number } {
  return {
    ...(since !== undefined && { since: timeOption('--since', since, now) }),
    ...(until !== undefined && { until: timeOption('--until', until, now) }),
  }
}

function timeOption(option: string, value: string, now: number): number {
  const time = parseTime(value, now)
  if (time === undefined)
    throw new UsageError('ERR_OPTION_VALUE', make['bad-time']({ option, value }), showMessages)
  return time
}

function anyOf(tests: readonly EventFilter[]): EventFilter {
  return (event) => tests.some((test) => test(event))
}

function matching(values: readonly string[], textOf: (event: AuditEvent) => string | undefined): EventFilter {
  const patterns = values.map(pattern)
  return (event) => {
    const text = textOf(event) ?? ''
    return patterns.some((matches) => matches(text))
  }
}

/** `*` stands for any text. */
function pattern(text: string): (value: string) => boolean {
  if (!text.includes('*')) return (value) => value === text
  const [first = '', ...rest] = text.split('*')
  const last = rest.pop() ?? ''
  return (value) => {
    if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length)
      return false
    let at = first.length
    for (const part of rest) {
      const found = value.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return at <= value.length - last.length
  }
}

/** Who sent the request, and who they acted as. */
function byUser(users: readonly string[]): EventFilter {
  const patterns = users.map(pattern)
  const matches = (user: EventUser | undefined) =>
    user?.username !== undefined && patterns.some((test) => test(user.username ?? ''))
  return ({ user, impersonatedUser }) => matches(user) || matches(impersonatedUser)
}

function byGroup(groups: readonly string[]): EventFilter {
  const patterns = groups.map(pattern)
  return ({ user, impersonatedUser }) =>
    [user, impersonatedUser].some((each) =>
      each?.groups?.some((group) => patterns.some((test) => test(group))),
    )
}

/** `secrets` is the resource in any group, with its subresources; `a/b` a group's resource, or a resource's subresource. */
function byResource(value: string): EventFilter {
  const parts = value.split('/')
  if (parts.length > 3 || parts.some((part) => part === ''))
    throw new UsageError('ERR_OPTION_VALUE', make['bad-resource']({ value }), showMessages)
  const [first = () => false, second, third] = parts.map(pattern)
  return ({ objectRef }) => {
    if (objectRef?.resource === undefined) return false
    const { apiGroup = '', resource, subresource = '' } = objectRef
    if (second === undefined) return first(resource)
    if (third !== undefined) return first(apiGroup) && second(resource) && third(subresource)
    return (
      (first(apiGroup) && second(resource)) || (first(resource) && subresource !== '' && second(subresource))
    )
  }
}

function byCode(value: string): EventFilter {
  if (!/^[1-5](?:\d\d|xx)$/i.test(value))
    throw new UsageError('ERR_OPTION_VALUE', make['bad-code']({ value }), showMessages)
  const hundreds = value.toLowerCase().endsWith('xx') ? Number(value[0]) : undefined
  return ({ responseStatus }) => {
    const code = responseStatus?.code
    if (code === undefined) return false
    return hundreds === undefined ? code === Number(value) : Math.floor(code / 100) === hundreds
  }
}

function byAddress(values: readonly string[]): EventFilter {
  const list = new BlockList()
  for (const value of values) addAddress(list, value)
  return ({ sourceIPs = [] }) =>
    sourceIPs.some(
      (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'),
    )
}

function addAddress(list: BlockList, value: string): void {
  const [address = '', prefix] = value.split('/')
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  const bits = Number(prefix)
  const isNetwork =
    prefix === undefined || (/^\d{1,3}$/.test(prefix) && bits <= (family === 'ipv6' ? 128 : 32))
  if (isIP(address) === 0 || !isNetwork)
    throw new UsageError('ERR_OPTION_VALUE', make['bad-address']({ value }), showMessages)
  if (prefix === undefined) list.addAddress(address, family)
  else list.addSubnet(address, bits, family)
}
