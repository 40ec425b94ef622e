import { createRenderer } from '../../../messages/index.ts'
import { authorizationMessages } from '../../authorization/index.ts'
import type { Decision } from '../../request/index.ts'

/** Expressions compare texts: they are Kubernetes' own, whatever the language. */
const render = createRenderer(authorizationMessages, 'en')

/** An authorizer's reason as an expression sees it; `''` where the authorizer gave none that is known here. */
export function authorizerReason({ reason }: Decision): string {
  return authorizationMessages.some(({ scope }) => reason.id.startsWith(`${scope}.`)) ? render(reason) : ''
}
