import { readingText } from '../../../kubernetes/index.ts'
import { defineMessages, type Message, withParticle } from '../../../messages/index.ts'
import { verbatim } from '../verbatim.ts'

export const abacMessages = defineMessages('abac', {
  allowed: verbatim((_: object) => ''),
  'no-policy': verbatim((_: object) => 'No policy matched.'),
  syntax: {
    en: (d: { line: number; problem: Message }) =>
      `line ${d.line} is not a policy: ${readingText.en(d.problem)}`,
    ko: (d: { line: number; problem: Message }) =>
      `${d.line}번째 줄은 정책이 아닙니다: ${readingText.ko(d.problem)}`,
  },
  'not-an-object': {
    en: (d: { line: number }) =>
      `line ${d.line} is not a policy: each line is an object such as {"user": "alice", "namespace": "shop"}`,
    ko: (d: { line: number }) =>
      `${d.line}번째 줄은 정책이 아닙니다. 한 줄이 {"user": "alice", "namespace": "shop"} 같은 오브젝트여야 합니다`,
  },
  'field-type': {
    en: (d: { line: number; field: string; expected: string }) =>
      `line ${d.line}: ${d.field} has to be a ${d.expected}`,
    ko: (d: { line: number; field: string; expected: string }) =>
      `${d.line}번째 줄: ${withParticle(d.field, '은/는')} ${d.expected} 형이어야 합니다`,
  },
  'not-a-policy': {
    en: (d: { line: number; apiVersion: string; kind: string }) =>
      `line ${d.line}: a policy is a Policy of abac.authorization.kubernetes.io/v1beta1, not "${d.kind}" of "${d.apiVersion}"`,
    ko: (d: { line: number; apiVersion: string; kind: string }) =>
      `${d.line}번째 줄: 정책은 abac.authorization.kubernetes.io/v1beta1의 Policy여야 합니다. 주어진 것은 "${d.apiVersion}"의 "${d.kind}"입니다`,
  },
  'line-too-long': {
    en: (d: { line: number; limit: number }) => `line ${d.line} is longer than ${d.limit} bytes`,
    ko: (d: { line: number; limit: number }) => `${d.line}번째 줄이 ${d.limit}바이트보다 깁니다`,
  },
})
