import {
  authenticationConfigurationMessages,
  authenticationFileMessages,
  authenticationMessages,
  authorityMessages,
  impersonationMessages,
  jwtMessages,
  localUserMessages,
  oidcMessages,
  tokenReviewMessages,
} from '../../api-access/authentication/index.ts'
import {
  abacMessages,
  authorizationConfigurationMessages,
  authorizationFlagMessages,
  authorizationMessages,
  escalationMessages,
  nodeMessages,
  rbacMessages,
  webhookMessages,
} from '../../api-access/authorization/index.ts'
import { upstreamAuthorizerMessages } from '../../api-access/gateway/index.ts'
import { visible } from '../../findings/index.ts'
import { ClusterError, clusterMessages, readingMessages } from '../../kubernetes/index.ts'
import { createRenderer, type Language, type Message, type Render } from '../../messages/index.ts'
import { admissionMessages } from '../admission/messages.ts'
import { cliMessages } from '../messages.ts'
import { gatewayMessages } from './messages.ts'

/** All that a gate may have to say. */
const MESSAGES = [
  gatewayMessages,
  admissionMessages,
  cliMessages,
  clusterMessages,
  readingMessages,
  authenticationFileMessages,
  authenticationMessages,
  authorityMessages,
  impersonationMessages,
  jwtMessages,
  localUserMessages,
  oidcMessages,
  authenticationConfigurationMessages,
  tokenReviewMessages,
  abacMessages,
  rbacMessages,
  nodeMessages,
  webhookMessages,
  ...authorizationMessages,
  authorizationFlagMessages,
  authorizationConfigurationMessages,
  escalationMessages,
  upstreamAuthorizerMessages,
]

/** Tells what happens, on standard error. */
export interface Teller {
  /** What goes as it should; not with `--quiet`. */
  note(message: Message): void
  problem(message: Message): void
  /** What went wrong inside; clients are not told. */
  trouble(error: unknown): void
  /** For what clients are told: the API speaks English. */
  readonly english: Render
}

export function createTeller(language: Language, isQuiet: boolean): Teller {
  const render = createRenderer(MESSAGES, language)
  const tell = (message: Message) => process.stderr.write(`${visible(render(message))}\n`)
  return {
    note(message) {
      if (!isQuiet) tell(message)
    },
    problem: tell,
    trouble(error) {
      const problem =
        error instanceof ClusterError
          ? render(error.said)
          : error instanceof Error
            ? error.message
            : String(error)
      tell(gatewayMessages.make.trouble({ problem }))
    },
    english: createRenderer(MESSAGES, 'en'),
  }
}
