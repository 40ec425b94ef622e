import type { AuditEvent } from '../event/index.ts'
import { createRedactor } from './redact.ts'

export const COUNT = 'haetae.io/redacted'
export const redact = createRedactor()

export function event(fields: Partial<AuditEvent>): AuditEvent {
  return { kind: 'Event', apiVersion: 'audit.k8s.io/v1', auditID: 'a', stage: 'ResponseComplete', ...fields }
}

export const SECRETS = { objectRef: { resource: 'secrets', namespace: 'shop', name: 'db', apiVersion: 'v1' } }
export const PODS = { objectRef: { resource: 'pods', namespace: 'shop', name: 'web', apiVersion: 'v1' } }
export const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
export const JWT = 'eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJl'
