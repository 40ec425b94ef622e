import { defineMessages, withParticle } from '../messages/index.ts'
import type { Check } from './check.ts'
import { exceptionRequests, isDate, SKIP, SKIP_REASON, SKIP_UNTIL } from './exceptions.ts'

const expiredMessages = defineMessages('exception-expired', {
  expired: {
    en: (d: { checks: readonly string[]; until: string }) =>
      `the exception for ${d.checks.join(', ')} ended on ${d.until}; its findings count again`,
    ko: (d: { checks: readonly string[]; until: string }) =>
      `${d.checks.join(', ')}에 대한 예외가 ${d.until}에 끝났습니다. 해당 발견 항목을 다시 집계합니다`,
  },
})

const invalidMessages = defineMessages('exception-invalid', {
  'no-reason': {
    en: (_: object) => `the exception has no effect: ${SKIP_REASON} does not say why it is needed`,
    ko: (_: object) => `${SKIP_REASON}에 사유가 없어 예외가 적용되지 않습니다`,
  },
  'no-checks': {
    en: (_: object) => `the exception has no effect: ${SKIP} names no check`,
    ko: (_: object) => `${SKIP}에 점검이 하나도 지정되지 않아 예외가 적용되지 않습니다`,
  },
  'unknown-check': {
    en: (d: { check: string }) => `${SKIP} names "${d.check}", which is no check`,
    ko: (d: { check: string }) => `${SKIP}에 지정된 "${d.check}"${josa(d.check)} 존재하지 않는 점검입니다`,
  },
  'not-skippable': {
    en: (d: { check: string }) => `${SKIP} names "${d.check}", to which no exception can be made`,
    ko: (d: { check: string }) => `${SKIP}에 지정된 "${d.check}"에는 예외를 둘 수 없습니다`,
  },
  'unknown-annotation': {
    en: (d: { name: string }) =>
      `the exception has no effect: there is no annotation ${d.name}, only ${SKIP}, ${SKIP_REASON} and ${SKIP_UNTIL}`,
    ko: (d: { name: string }) =>
      `"${d.name}" 어노테이션은 없으므로 예외가 적용되지 않습니다. ${SKIP}, ${SKIP_REASON}, ${SKIP_UNTIL}만 쓸 수 있습니다`,
  },
  'bad-date': {
    en: (d: { until: string }) =>
      `the exception has no effect: ${SKIP_UNTIL} "${d.until}" is not a date such as 2026-12-31`,
    ko: (d: { until: string }) =>
      `${SKIP_UNTIL} 값 "${d.until}"${josa(d.until)} 2026-12-31과 같은 날짜가 아니므로 예외가 적용되지 않습니다`,
  },
})

function josa(word: string): string {
  return withParticle(word, '은/는').slice(word.length)
}

/** What judging exceptions needs to know. */
export interface ExceptionContext {
  /** The ids of all checks there are, whether or not they run this time. */
  readonly known: ReadonlySet<string>
  /** `YYYY-MM-DD` in UTC. */
  readonly today: string
}

const REFERENCES = ['https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/']

const EXPIRED = 'exception-expired'
const INVALID = 'exception-invalid'

/**
 * The checks over exceptions themselves. They cannot be excepted.
 *
 * @returns `exception-expired` and `exception-invalid`
 */
export function createExceptionChecks({ known, today }: ExceptionContext): readonly Check[] {
  return [
    {
      id: EXPIRED,
      severity: 'medium',
      title: { en: 'Exception has ended', ko: '기간이 지난 예외' },
      messages: expiredMessages,
      references: REFERENCES,
      run(subject, report) {
        for (const { checks, until, path } of exceptionRequests(subject)) {
          if (until === undefined || !isDate(until) || until >= today) continue
          report({
            path: [...path, SKIP_UNTIL],
            message: expiredMessages.make.expired({ checks: [...checks], until }),
          })
        }
      },
    },
    {
      id: INVALID,
      severity: 'medium',
      title: { en: 'Exception is not valid', ko: '올바르지 않은 예외' },
      messages: invalidMessages,
      references: REFERENCES,
      run(subject, report) {
        const { make } = invalidMessages
        for (const { checks, reason, until, unknown, path } of exceptionRequests(subject)) {
          for (const name of unknown)
            report({ path: [...path, name], message: make['unknown-annotation']({ name }) })
          // The rest is judged when it is known what was meant.
          if (unknown.length > 0) continue
          const skip = [...path, SKIP]
          if (checks.length === 0) report({ path: skip, message: make['no-checks']({}) })
          if (reason === '') report({ path: [...path, SKIP_REASON], message: make['no-reason']({}) })
          if (until !== undefined && !isDate(until))
            report({ path: [...path, SKIP_UNTIL], message: make['bad-date']({ until }) })
          for (const check of checks) {
            if (check === EXPIRED || check === INVALID)
              report({ path: skip, message: make['not-skippable']({ check }) })
            else if (!known.has(check)) report({ path: skip, message: make['unknown-check']({ check }) })
          }
        }
      },
    },
  ]
}

/** Whether an exception may be made to a check's findings. */
export function isExceptable(check: string): boolean {
  return check !== EXPIRED && check !== INVALID
}
