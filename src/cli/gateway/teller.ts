import { upstreamAuthorizerMessages } from '../../api-access/gateway/index.ts'
import type { Language } from '../../messages/index.ts'
import { admissionMessages } from '../admission/messages.ts'
import { createTeller, type Teller } from '../teller.ts'
import { gatewayMessages } from './messages.ts'

export function gatewayTeller(language: Language, isQuiet: boolean): Teller {
  return createTeller({
    messages: [gatewayMessages, admissionMessages, upstreamAuthorizerMessages],
    language,
    isQuiet,
    trouble: gatewayMessages.make.trouble,
  })
}
