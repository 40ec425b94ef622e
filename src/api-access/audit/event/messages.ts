import { defineMessages, withParticle } from '../../../messages/index.ts'

/** Why a record gives no event. */
export const auditEventMessages = defineMessages('audit-event', {
  'not-an-event': {
    en: (d: { found: string }) =>
      `this is no audit event: ${d.found}; known are Event and EventList of audit.k8s.io, and the log records of EKS, GKE and AKS`,
    ko: (d: { found: string }) =>
      `감사 이벤트가 아닙니다(${d.found}). audit.k8s.io의 Event와 EventList, EKS·GKE·AKS의 로그 레코드를 읽을 수 있습니다`,
  },
  mistyped: {
    en: (d: { field: string; expected: string }) => `${d.field} must be ${d.expected}`,
    ko: (d: { field: string; expected: string }) =>
      `${withParticle(d.field, '은/는')} ${TYPES_IN_KOREAN[d.expected] ?? d.expected}이어야 합니다`,
  },
  'too-deep': {
    en: (d: { field: string; limit: number }) => `${d.field} is nested more than ${d.limit} levels deep`,
    ko: (d: { field: string; limit: number }) =>
      `${withParticle(d.field, '이/가')} ${d.limit}단계보다 깊게 중첩되어 있습니다`,
  },
  'unknown-version': {
    en: (d: { apiVersion: string }) =>
      `unknown version "${d.apiVersion}"; known are audit.k8s.io/v1, v1beta1 and v1alpha1`,
    ko: (d: { apiVersion: string }) =>
      `알 수 없는 버전 "${d.apiVersion}"입니다. audit.k8s.io/v1, v1beta1, v1alpha1을 읽을 수 있습니다`,
  },
  'broken-message': {
    en: (d: { field: string }) => `${d.field} of the log record holds no JSON; it may have been cut`,
    ko: (d: { field: string }) => `로그 레코드의 ${d.field}에 JSON이 없습니다. 잘렸을 수 있습니다`,
  },
})

const TYPES_IN_KOREAN: Readonly<Record<string, string>> = {
  'a string': '문자열',
  'an object': '객체',
  'a list': '목록',
  'a list of strings': '문자열 목록',
  'an object of strings': '문자열을 값으로 하는 객체',
  'an object of lists of strings': '문자열 목록을 값으로 하는 객체',
  'a whole number': '정수',
}
