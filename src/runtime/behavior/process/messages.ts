import type { MessageSet } from '../../../messages/index.ts'
import { driftMessages } from './drift-messages.ts'
import { exposureMessages } from './exposure-messages.ts'

/** What exposures and drift say, for a renderer. */
export const PROCESS_MESSAGES: readonly MessageSet[] = [exposureMessages, driftMessages]
