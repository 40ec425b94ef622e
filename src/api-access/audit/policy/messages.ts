import { readingText } from '../../../kubernetes/index.ts'
import { defineMessages, type Message } from '../../../messages/index.ts'

/** What is said of a policy as a whole. */
export const auditPolicyMessages = defineMessages('audit-policy', {
  rejected: {
    en: (d: { error: string }) => `the API server refuses this audit policy: ${d.error}`,
    ko: (d: { error: string }) => `API 서버가 이 감사 정책을 거부합니다: ${d.error}`,
  },
  'rejected-at': {
    en: (d: { place: string; error: string }) =>
      `${d.place}: the API server refuses this audit policy: ${d.error}`,
    ko: (d: { place: string; error: string }) =>
      `${d.place}: API 서버가 이 감사 정책을 거부합니다: ${d.error}`,
  },
  'unreadable-at': {
    en: (d: { place: string; problem: Message }) =>
      `${d.place}: the API server refuses this audit policy: ${readingText.en(d.problem)}`,
    ko: (d: { place: string; problem: Message }) =>
      `${d.place}: API 서버가 이 감사 정책을 거부합니다: ${readingText.ko(d.problem)}`,
  },
  'too-large': {
    en: (d: { path: string; limit: number }) =>
      `${d.path} is longer than ${d.limit} MiB, which is no audit policy`,
    ko: (d: { path: string; limit: number }) =>
      `${d.path}의 크기가 ${d.limit} MiB를 넘어 감사 정책으로 볼 수 없습니다`,
  },
  'not-a-policy': {
    en: (d: { apiVersion: string; kind: string }) =>
      `an audit policy is a Policy of audit.k8s.io/v1, not "${d.kind}" of "${d.apiVersion}"`,
    ko: (d: { apiVersion: string; kind: string }) =>
      `감사 정책은 audit.k8s.io/v1의 Policy여야 합니다. 주어진 것은 "${d.apiVersion}"의 "${d.kind}"입니다`,
  },
})
