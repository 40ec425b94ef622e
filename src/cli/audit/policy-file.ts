import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import {
  auditPolicyMessages,
  type LoadedPolicy,
  loadPolicy,
  strictDecodingError,
} from '../../api-access/audit/index.ts'
import { reasonOf } from '../../messages/index.ts'
import { UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'

/** Audit policies are a few kilobytes; what is longer is some other file. */
const MAX_POLICY_BYTES = 4 * 1024 * 1024

/** @throws UsageError where the file (`-`: standard input) can't be read, or is too long to be a policy */
export function readPolicyText(path: string): string {
  try {
    const bytes = path === '-' ? readFileSync(0) : readStart(path)
    if (bytes.length <= MAX_POLICY_BYTES) return bytes.toString('utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const reason = reasonOf(error)
    throw new UsageError('ERR_POLICY', cliMessages.make['cannot-read']({ path, reason }), cliMessages)
  }
  const message = auditPolicyMessages.make['too-large']({ path, limit: MAX_POLICY_BYTES / 1024 / 1024 })
  throw new UsageError('ERR_POLICY', message, auditPolicyMessages)
}

/**
 * Reads a policy that a command works with. What the API server would only warn of is told on standard error.
 *
 * @throws UsageError where the API server would refuse the policy
 */
export function loadPolicyFile(path: string): LoadedPolicy {
  const loaded = loadPolicy(readPolicyText(path))
  if ('errors' in loaded) {
    const [{ problem, position }] = loaded.errors
    const error = loaded.errors.map(({ message }) => message).join('; ')
    const place = `${path}:${position.line}:${position.column}`
    const { make } = auditPolicyMessages
    const message =
      problem === undefined
        ? make['rejected-at']({ place, error })
        : make['unreadable-at']({ place, problem })
    throw new UsageError('ERR_POLICY', message, auditPolicyMessages)
  }
  const objection = strictDecodingError(loaded.warnings)
  if (objection !== '') process.stderr.write(`${path}: ${objection.replaceAll('\n', ' ')}\n`)
  return loaded
}

/** As much as is needed to see that a file is too long: it may be a device without an end. */
function readStart(path: string): Buffer {
  const descriptor = openSync(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(MAX_POLICY_BYTES + 1)
    let length = 0
    for (;;) {
      const read = readSync(descriptor, buffer, length, buffer.length - length, null)
      length += read
      if (read === 0 || length === buffer.length) return buffer.subarray(0, length)
    }
  } finally {
    closeSync(descriptor)
  }
}
