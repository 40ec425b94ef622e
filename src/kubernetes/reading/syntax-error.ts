import type { Message } from '../../messages/index.ts'
import { readingMessages } from './messages.ts'

const { make } = readingMessages

/** What js-yaml's reasons (YAMLException.reason) mean to somebody who wrote a manifest; the first that fits. */
const MEANINGS: readonly (readonly [RegExp, () => Message])[] = [
  [/tab characters/, () => make.tab({})],
  [/end of the (stream|document) within a (single|double) quoted/, () => make['unclosed-quote']({})],
  [/flow collection|expected the node content/, () => make['unclosed-flow']({})],
  [/expected ':'|can not read a block mapping entry|key-value separator/, () => make['missing-colon']({})],
  // A quoted string or a flow collection went on to a line that is not indented: mostly it was never closed.
  [/deficient indentation/, () => make.unclosed({})],
  [/indentation/, () => make['bad-indentation']({})],
  [/escape sequence|hexadecimal/, () => make['bad-escape']({})],
  [/non-printable|valid JSON character|null byte/, () => make['control-character']({})],
  [/directive|directives end mark|YAML version/, () => make['bad-directive']({})],
  [/\btag\b|anchor|alias node/, () => make['bad-tag']({})],
  [/nesting exceeded/, () => make['too-deep']({})],
]

/** @param reason - js-yaml's own words; @returns ours, which exist in every language */
export function syntaxMessage(reason: string): Message {
  for (const [pattern, message] of MEANINGS) if (pattern.test(reason)) return message()
  return make.syntax({})
}

/** The same reasons for a text that is meant as JSON. */
const JSON_MEANINGS: readonly (readonly [RegExp, () => Message])[] = [
  [
    /end of the (stream|document)|deficient indentation|flow collection|expected the node content/,
    () => make['json-unclosed']({}),
  ],
  [/escape sequence|hexadecimal/, () => make['json-escape']({})],
  [/nesting exceeded/, () => make['too-deep']({})],
]

/** As `syntaxMessage`, in the words of JSON. */
export function jsonSyntaxMessage(reason: string): Message {
  for (const [pattern, message] of JSON_MEANINGS) if (pattern.test(reason)) return message()
  return make['json-syntax']({})
}
