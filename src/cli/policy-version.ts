import { type PolicyVersion, parsePolicyVersion } from '../pod-security/index.ts'
import { UsageError } from './exit.ts'
import { cliMessages } from './messages.ts'

/**
 * The version that `--version` names. Kubernetes itself asks for the `v`, in labels and in configuration files; people
 * at a command line leave it out, and `1.30` can mean nothing else.
 *
 * @param text - `latest`, `v1.30` or `1.30`
 * @throws UsageError for anything else
 */
export function policyVersionOf(text: string): PolicyVersion {
  const version = parsePolicyVersion(/^\d/.test(text) ? `v${text}` : text)
  if (version !== undefined) return version
  throw new UsageError('ERR_VERSION', cliMessages.make['bad-version']({ version: text }), cliMessages)
}
