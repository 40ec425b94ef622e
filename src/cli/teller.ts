import {
  authenticationFileMessages,
  authenticationMessages,
  authorityMessages,
  impersonationMessages,
  jwtMessages,
  localUserMessages,
  oidcMessages,
  tokenReviewMessages,
} from '../api-access/authentication/index.ts'
import {
  authorizationFlagMessages,
  authorizationMessages,
  escalationMessages,
} from '../api-access/authorization/index.ts'
import { visible } from '../findings/index.ts'
import {
  ClusterError,
  clusterMessages,
  readingMessages,
  strictConfigurationMessages,
} from '../kubernetes/index.ts'
import {
  createRenderer,
  errorText,
  type Language,
  type Message,
  type MessageSet,
  type Render,
} from '../messages/index.ts'
import { cliMessages } from './messages.ts'

/** What any of the servers may have to say, besides its own. */
const MESSAGES: readonly MessageSet[] = [
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
  tokenReviewMessages,
  ...authorizationMessages,
  authorizationFlagMessages,
  strictConfigurationMessages,
  escalationMessages,
]

/** Tells what happens in a server, on standard error. */
export interface Teller {
  /** What goes as it should; not with `--quiet`. */
  note(message: Message): void
  problem(message: Message): void
  /** What went wrong inside; clients are not told. */
  trouble(error: unknown): void
  /** For what clients are told: the API speaks English. */
  readonly english: Render
}

export interface TellerOptions {
  /** The server's own. */
  readonly messages: readonly MessageSet[]
  readonly language: Language
  readonly isQuiet: boolean
  /** How it says that something went wrong inside. */
  readonly trouble: (data: { readonly problem: string }) => Message
}

export function createTeller({ messages, language, isQuiet, trouble }: TellerOptions): Teller {
  const sets = [...messages, ...MESSAGES]
  const render = createRenderer(sets, language)
  const tell = (message: Message) => {
    process.stderr.write(`${visible(render(message))}\n`)
  }
  return {
    note(message) {
      if (!isQuiet) tell(message)
    },
    problem: tell,
    trouble(error) {
      if (error instanceof ClusterError) tell(trouble({ problem: render(error.said) }))
      else tell(trouble({ problem: errorText(error) }))
    },
    english: createRenderer(sets, 'en'),
  }
}
