export { decodeAuditEvents } from './decode.ts'
export type { DecodedEvent } from './decode-event.ts'
export {
  type AuditEvent,
  type EventObjectReference,
  type EventResponseStatus,
  type EventUser,
  identityOf,
  timeOf,
} from './event.ts'
export { auditEventMessages } from './messages.ts'
