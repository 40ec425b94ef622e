import { readingText } from '../../../../kubernetes/index.ts'
import { defineMessages, type Message } from '../../../../messages/index.ts'
import type { LoadError } from '../load.ts'
import { AUDIT_REFERENCE, type PolicyCheck } from './check.ts'

const messages = defineMessages('audit-refused-policy', {
  refused: {
    en: (d: { error: string }) => `the API server does not start with this policy: ${d.error}`,
    ko: (d: { error: string }) => `이 정책으로는 API 서버가 시작되지 않습니다: ${d.error}`,
  },
  unreadable: {
    en: (d: { problem: Message }) =>
      `the API server does not start with this policy: ${readingText.en(d.problem)}`,
    ko: (d: { problem: Message }) =>
      `이 정책으로는 API 서버가 시작되지 않습니다: ${readingText.ko(d.problem)}`,
  },
})

/** What is told of what the loader says. */
export function refusal({ message: error, problem }: LoadError): Message {
  return problem === undefined ? messages.make.refused({ error }) : messages.make.unreadable({ problem })
}

/** What the file loader refuses; where there is anything of it, nothing else can be said of the policy. */
export const refusedPolicy: PolicyCheck = {
  id: 'audit-refused-policy',
  severity: 'high',
  title: { en: 'policy that the API server refuses', ko: 'API 서버가 거부하는 정책' },
  messages,
  references: [AUDIT_REFERENCE],
  run() {
    // A policy that was loaded has none; `lintPolicy` reports those of the loader.
  },
}
