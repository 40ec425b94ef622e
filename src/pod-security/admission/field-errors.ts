import type { FieldError } from '../../kubernetes/index.ts'

/**
 * Several errors in one text as Kubernetes puts them: one alone as it is, more as `[first, second]`, each once
 * (apimachinery, `ErrorList.ToAggregate`).
 */
export function formatFieldErrors(errors: readonly FieldError[]): string {
  const messages = [...new Set(errors.map(({ message }) => message))]
  const [first = ''] = messages
  return messages.length <= 1 ? first : `[${messages.join(', ')}]`
}
