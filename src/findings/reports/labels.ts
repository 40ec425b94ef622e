import type { Language, Localized } from '../../messages/index.ts'
import { SEVERITIES, type Severity } from '../finding.ts'
import type { Summary } from '../tally.ts'

/** Severities as words of a report. */
export const severityLabel: Readonly<Record<Severity, Localized>> = {
  critical: { en: 'critical', ko: '치명적' },
  high: { en: 'high', ko: '높음' },
  medium: { en: 'medium', ko: '중간' },
  low: { en: 'low', ko: '낮음' },
}

/** The fixed words of the reports for people. */
export const labels = {
  program: { en: 'Haetae', ko: '해태' },
  report: { en: 'Haetae security report', ko: '해태 보안 보고서' },
  summary: { en: 'Summary', ko: '요약' },
  findings: { en: 'Findings', ko: '발견 항목' },
  severity: { en: 'Severity', ko: '심각도' },
  check: { en: 'Check', ko: '점검' },
  resource: { en: 'Resource', ko: '리소스' },
  location: { en: 'Location', ko: '위치' },
  message: { en: 'Message', ko: '내용' },
  count: { en: 'Count', ko: '개수' },
  namespace: { en: 'namespace', ko: '네임스페이스' },
  unnamed: { en: '(unnamed)', ko: '(이름 없음)' },
  fix: { en: 'fix', ko: '조치' },
  safeFix: { en: 'fix (--fix applies it)', ko: '조치(--fix로 적용)' },
  excepted: { en: 'excepted', ko: '예외' },
  known: { en: 'known', ko: '기존' },
  problems: { en: 'Input problems', ko: '입력 문제' },
  problem: { en: 'input problem', ko: '입력 문제' },
  exceptions: { en: 'Exceptions', ko: '예외' },
  reason: { en: 'Reason', ko: '사유' },
  reference: { en: 'see', ko: '참고' },
  clean: { en: 'Nothing found.', ko: '발견 항목이 없습니다.' },
} satisfies Record<string, Localized>

/** Sentences with numbers in them. */
export const phrases = {
  /** The one line at the end of a run. */
  summary: {
    en: (s: Summary) =>
      `${count(s.total, 'finding')}${breakdown(s, 'en')} in ${count(s.objects, 'object')}${sources(s, 'en')}${extras(s, 'en')}`,
    ko: (s: Summary) =>
      `오브젝트 ${s.objects}개${sources(s, 'ko')}에서 발견 항목 ${s.total}개${breakdown(s, 'ko')}${extras(s, 'ko')}`,
  },
  /** Whether the run fails, and why. */
  verdict: {
    en: (s: Summary) =>
      s.problems > 0 && s.failing === 0
        ? 'Incomplete: not all of the input could be evaluated as it stands.'
        : s.failOn === 'none'
          ? 'No threshold: findings do not fail this run.'
          : s.failing === 0
            ? `Passed: nothing at or over ${s.failOn}.`
            : `Failed: ${count(s.failing, 'finding')} at or over ${s.failOn}.`,
    ko: (s: Summary) =>
      s.problems > 0 && s.failing === 0
        ? '불완전: 입력을 모두 그대로 평가하지는 못했습니다.'
        : s.failOn === 'none'
          ? '기준이 없으므로 발견 항목이 있어도 실패로 보지 않습니다.'
          : s.failing === 0
            ? `통과: 심각도 ‘${severityLabel[s.failOn].ko}’ 이상인 발견 항목이 없습니다.`
            : `실패: 심각도 ‘${severityLabel[s.failOn].ko}’ 이상인 발견 항목이 ${s.failing}개 있습니다.`,
  },
  leftOut: {
    en: (d: { count: number }) =>
      `${count(d.count, 'more finding')} left out of this page; the json and sarif reports have all.`,
    ko: (d: { count: number }) =>
      `이 문서에서는 발견 항목 ${d.count}개를 생략했습니다. json과 sarif 보고서에는 모두 들어 있습니다.`,
  },
  until: {
    en: (d: { until: string }) => `until ${d.until}`,
    ko: (d: { until: string }) => `${d.until}까지`,
  },
} satisfies Record<string, { readonly [L in Language]: (data: never) => string }>

/** The severities that occur, gravest first: ` (2 high, 1 low)`. */
function breakdown({ findings }: Summary, language: Language): string {
  const parts = SEVERITIES.filter((severity) => findings[severity] > 0).map((severity) =>
    language === 'en'
      ? `${findings[severity]} ${severity}`
      : `${severityLabel[severity].ko} ${findings[severity]}`,
  )
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function sources({ files }: Summary, language: Language): string {
  if (files === 0) return ''
  return language === 'en' ? ` of ${count(files, 'file')}` : `(파일 ${files}개)`
}

function extras(s: Summary, language: Language): string {
  const parts: string[] = []
  if (language === 'en') {
    if (s.excepted > 0) parts.push(`${s.excepted} excepted`)
    if (s.known > 0) parts.push(`${s.known} known from the baseline`)
    if (s.problems > 0) parts.push(count(s.problems, 'input problem'))
  } else {
    if (s.excepted > 0) parts.push(`예외 ${s.excepted}개`)
    if (s.known > 0) parts.push(`베이스라인에 있던 항목 ${s.known}개`)
    if (s.problems > 0) parts.push(`입력 문제 ${s.problems}개`)
  }
  return parts.map((part) => ` · ${part}`).join('')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** What only the `html` page says. */
export const pageLabels = {
  byCheck: { en: 'By check', ko: '점검별 집계' },
  title: { en: 'Title', ko: '설명' },
  search: { en: 'Search', ko: '검색' },
  allChecks: { en: 'All checks', ko: '모든 점검' },
  suppressed: { en: 'excepted and known', ko: '예외 및 기존 항목 표시' },
  toggle: { en: 'Open or close all', ko: '모두 펼치기/접기' },
  shown: { en: '0 shown', ko: '0개 표시' },
  noMatch: { en: 'No finding matches.', ko: '조건에 맞는 발견 항목이 없습니다.' },
} satisfies Record<string, Localized>
