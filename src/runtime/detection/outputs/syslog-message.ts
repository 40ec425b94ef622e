import { PRIORITIES } from '../../rules/index.ts'
import type { Alert } from '../alert.ts'
import { alertLine, type LineFormat } from './alert-line.ts'

/** "security/authorization messages (note 1)", facility 10 (RFC 5424, 6.2.1). */
const FACILITY = 10

/**
 * Receivers "SHOULD be able to accept messages of up to and including 2048 octets" and may cut longer ones (RFC 5424, 6.1);
 * those in use take this much by default, so that an alert in JSON mostly stays whole.
 */
const MOST_BYTES = 8 * 1024

/**
 * An alert as a message of RFC 5424. Falco's priorities are syslog's severities, in the same order.
 */
export function syslogMessage(alert: Alert, format: LineFormat): Buffer {
  const header = `<${priorityValue(alert)}>1 ${timestamp(alert.time)} ${printable(alert.hostname, 255)} haetae ${process.pid} alert`
  const message = Buffer.from(`${header} - ${alertLine(alert, format)}`)
  return message.length <= MOST_BYTES ? message : cut(message)
}

/** "The Priority value is calculated by first multiplying the Facility number by 8 and then adding … the Severity." */
export function priorityValue({ priority }: Pick<Alert, 'priority'>): number {
  return FACILITY * 8 + PRIORITIES.indexOf(priority)
}

/** "TIME-SECFRAC = "." 1*6DIGIT": microseconds. */
function timestamp(time: string): string {
  return `${time.slice(0, 26)}Z`
}

/** "PRINTUSASCII", or "-" for none. */
function printable(text: string, length: number): string {
  return text.replace(/[^!-~]/g, '').slice(0, length) || '-'
}

function cut(message: Buffer): Buffer {
  let end = MOST_BYTES
  // Not within a character of UTF-8.
  while (end > 0 && ((message[end] ?? 0) & 0xc0) === 0x80) end--
  return message.subarray(0, end)
}
