import type { Message, MessageSet } from '../messages/index.ts'

/** What the exit status says; a contract with every script that calls Haetae. */
export const EXIT = {
  done: 0,
  /** Findings at or over the threshold; or: denied, for a command that checks. */
  findings: 1,
  /** The call was wrong: usage, unreadable configuration. */
  usage: 2,
  /** Some input could not be evaluated; all the rest was, and is in the output. */
  incomplete: 3,
} as const

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT]

/** The call was wrong. Caught in `main.ts`, which prints the message and exits with 2; never with a stack trace. */
export class UsageError extends Error {
  readonly code: string
  readonly detail: Message
  /** The set that renders `detail`. */
  readonly messages: MessageSet

  constructor(code: string, detail: Message, messages: MessageSet) {
    super(detail.id)
    this.name = 'UsageError'
    this.code = code
    this.detail = detail
    this.messages = messages
  }
}
