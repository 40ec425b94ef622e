import type { FieldError } from '../../../kubernetes/index.ts'

/** What is answered to a review that was sent: the object with its status, or why there is none. */
export type ReviewAnswer =
  | { readonly status: 201; readonly body: Readonly<Record<string, unknown>> }
  | {
      readonly status: 400 | 422
      /** One of `metav1.StatusReason`. */
      readonly reason: 'BadRequest' | 'Invalid'
      /** In the API server's words. */
      readonly message: string
      readonly details?: Readonly<Record<string, unknown>>
    }

export function badReview(message: string): ReviewAnswer {
  return { status: 400, reason: 'BadRequest', message }
}

/** @param kind - e.g. `SubjectAccessReview` */
export function invalidReview(kind: string, errors: readonly FieldError[]): ReviewAnswer {
  const said = errors.map(({ message }) => message)
  const list = said.length === 1 ? said[0] : `[${said.join(', ')}]`
  return {
    status: 422,
    reason: 'Invalid',
    message: `${kind}.authorization.k8s.io "" is invalid: ${list}`,
    details: {
      group: 'authorization.k8s.io',
      kind,
      causes: errors.map(({ type, message, field }) => ({ reason: type, message, field })),
    },
  }
}
