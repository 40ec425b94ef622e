import { holdsCredential, isCredentialName } from './credential.ts'
import { MASK, type Tally } from './mask.ts'

/** "command: Command is the remote command to execute. argv array. Not executed within a shell." (API reference, connect) */
const COMMAND_SUBRESOURCE = /\/(?:exec|attach)$/

/** Parameters that sign or authorise a URL, besides those whose name says so. */
const SIGNATURES = new Set(['sig', 'signature', 'x-amz-signature', 'x-goog-signature', 'code', 'auth', 'key'])

/**
 * A request URI without the commands of `exec`, without parameters that hold a secret, and without credentials in the
 * path behind a proxy. All else stays byte for byte.
 *
 * @param keepCommands - leaves the commands
 */
export function redactUri(uri: string, keepCommands: boolean, tally: Tally): string {
  const question = uri.indexOf('?')
  const path = question < 0 ? uri : uri.slice(0, question)
  const kept = redactPath(path, tally)
  if (question < 0) return kept
  const isCommand = !keepCommands && COMMAND_SUBRESOURCE.test(path)
  const query = uri
    .slice(question + 1)
    .split('&')
    .map((parameter) => redactParameter(parameter, isCommand, tally))
  return `${kept}?${query.join('&')}`
}

function redactParameter(parameter: string, isCommand: boolean, tally: Tally): string {
  const equals = parameter.indexOf('=')
  if (equals < 0) return parameter
  const name = decode(parameter.slice(0, equals))
  const value = decode(parameter.slice(equals + 1))
  const isSecret =
    (isCommand && name === 'command') ||
    isCredentialName(name) ||
    SIGNATURES.has(name.toLowerCase()) ||
    holdsCredential(value)
  if (!isSecret || value === '' || value === MASK) return parameter
  tally.masked += 1
  return `${parameter.slice(0, equals)}=${MASK}`
}

/** What is behind a proxy is no path of Kubernetes and may be anything. */
function redactPath(path: string, tally: Tally): string {
  const proxied = path.indexOf('/proxy/')
  if (proxied < 0 || !holdsCredential(decode(path))) return path
  tally.masked += 1
  return `${path.slice(0, proxied)}/proxy/${MASK}`
}

/** What is wrongly encoded is taken as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
