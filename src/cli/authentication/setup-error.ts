import {
  AuthenticationSetupError,
  authenticationFileMessages,
  localUserMessages,
} from '../../api-access/authentication/index.ts'
import { strictConfigurationMessages } from '../../kubernetes/index.ts'
import type { MessageSet } from '../../messages/index.ts'
import { asClusterFault } from '../cluster-fault.ts'
import { UsageError } from '../exit.ts'

const SETS: readonly MessageSet[] = [strictConfigurationMessages, localUserMessages]

/** What a server cannot start with, as an error of its call; any other error as it is. */
export function asUsageError(error: unknown): unknown {
  if (!(error instanceof AuthenticationSetupError)) return asClusterFault(error)
  const { code, detail } = error
  const set = SETS.find(({ scope }) => detail.id.startsWith(`${scope}.`)) ?? authenticationFileMessages
  return new UsageError(code, detail, set)
}
