import type { Localized } from '../messages/index.ts'

/** What a literal looks like. `named`: nothing but the name beside it says that it is a secret. */
export type SecretKind = keyof typeof SHAPES | 'named'

/** The forms that issuers give their credentials, so that leaked ones are recognised. */
const SHAPES = {
  'private-key': /-----BEGIN (?:[A-Z]{2,9} ){0,2}PRIVATE KEY-----/,
  // RFC 7519: two JSON objects, hence `eyJ` in base64url, and a signature.
  'json-web-token': /\beyJ[\w-]{10,2048}\.eyJ[\w-]{10,4096}\.[\w-]{10,}/,
  // "Unique identifiers", AWS IAM User Guide: AKIA long-term, ASIA temporary.
  'aws-access-key': /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/,
  'github-token': /\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{22}/,
  'gitlab-token': /\bglpat-[\w-]{20}/,
  'slack-token': /\bxox[abeprs]-[\w-]{10}|hooks\.slack\.com\/services\/T\w+\/B\w+\/\w+/,
  'stripe-key': /\b[rs]k_live_\w{16}/,
  'google-api-key': /\bAIza[\w-]{35}/,
  'openai-key': /\bsk-(?:proj-|svcacct-|ant-api\d\d-)?[A-Za-z0-9]{20}/,
  'hugging-face-token': /\bhf_[A-Za-z]{30}/,
  'npm-token': /\bnpm_[A-Za-z0-9]{36}/,
  'vault-token': /\bhv[sbr]\.[\w-]{24}/,
  // RFC 3986, 3.2.1: user:password before the host.
  'url-credentials': /:\/\/[^\s/:@]{0,128}:(?!\$[({A-Za-z_]|\{\{|<|%|\*+@)[^\s/@]{1,256}@/,
  'connection-string':
    /;\s{0,4}(?:[Aa]ccountKey|[Ss]haredAccessKey|[Pp]assword|PASSWORD|[Pp]wd|PWD)=(?![${<*])[^;\s]{4}|\b(?:host|user|dbname)\s?=[^\n]{1,256}\spassword\s?=\s?(?![${<*%])[^\s]|(?:^|\s)password\s?=\s?(?![${<*%])[^\s]{1,128}\s[^\n]{0,256}\b(?:host|user|dbname)\s?=/,
} as const satisfies Record<string, RegExp>

/** How each kind is called in a message. */
export const SECRET_KINDS: { readonly [Kind in keyof typeof SHAPES]: Localized } = {
  'private-key': { en: 'a private key', ko: '개인 키' },
  'json-web-token': { en: 'a JSON Web Token', ko: 'JSON 웹 토큰' },
  'aws-access-key': { en: 'an AWS access key', ko: 'AWS 액세스 키' },
  'github-token': { en: 'a GitHub token', ko: 'GitHub 토큰' },
  'gitlab-token': { en: 'a GitLab token', ko: 'GitLab 토큰' },
  'slack-token': { en: 'a Slack token', ko: 'Slack 토큰' },
  'stripe-key': { en: 'a Stripe key', ko: 'Stripe 키' },
  'google-api-key': { en: 'a Google API key', ko: 'Google API 키' },
  'openai-key': { en: 'an AI provider’s API key', ko: 'AI 서비스 API 키' },
  'hugging-face-token': { en: 'a Hugging Face token', ko: 'Hugging Face 토큰' },
  'npm-token': { en: 'an npm token', ko: 'npm 토큰' },
  'vault-token': { en: 'a Vault token', ko: 'Vault 토큰' },
  'url-credentials': { en: 'a URL with a password', ko: '비밀번호가 포함된 URL' },
  'connection-string': { en: 'a connection string with a password', ko: '비밀번호가 포함된 연결 문자열' },
}

const ANY_SHAPE = new RegExp(
  Object.values(SHAPES)
    .map(({ source }) => source)
    .join('|'),
)

/** Longer text is looked at up to here: bounds the time that a hostile manifest can take. */
const LIMIT = 16_384

/** Names that end so hold a secret. Not `TOKEN_TTL`, `PASSWORD_FILE`, `SECRET_NAME`: there the end says otherwise. */
const SECRET_NAME =
  /(?:PASSWORD|PASSWD|PASSPHRASE|_PASS|_PWD|(?:^|_|ACCESS|AUTH|API|BEARER|REFRESH)TOKEN|(?:^|_|CLIENT|APP|JWT|SHARED)SECRET|API_?KEY|(?:SECRET|PRIVATE|ENCRYPTION|SIGNING|MASTER|ACCOUNT|VAULT|SSH|STORAGE_ACCESS|SECRET_ACCESS)_?KEY|SECRET_KEY_BASE|(?:^|_)CREDENTIALS?)(?:_?\d{1,3})?$/

/** A name made of these words cannot be one of the above: spares most names the rest. */
const SECRET_WORD = /pass|pwd|token|secret|key|credential/i

/** The end of these names a Secret object, or a cluster, instead of holding what is secret. */
const NAME_OF_SOMETHING =
  /(?:INITIAL_CLUSTER_TOKEN|(?:TLS|CERT|CERTIFICATE|PULL|K8S|KUBE|KUBERNETES)_?SECRET)$/

const PASSWORD_NAME = /PASS(?:WORD|WD|PHRASE)?\d*$|PWD\d*$/

const SWITCH =
  /^(?:true|false|yes|no|on|off|none|null|nil|undefined|enabled?|disabled?|required|optional|auto)$/i
const NUMBER = /^[-+]?\d+(?:\.\d+)?(?:ns|us|ms|s|m|h|d)?$/
const PLACEHOLDER = /^(?:\*+|x+|\.+|<[^>]*>|\[\[.*\]\]|__\w+__)$/i
const EXPANSION = /\$[({]|\{\{|%\(/
const SHELL_VARIABLE = /^\$\w+$|^`/
const FILE_PATH = /^(?:(?:~|\.{1,2})?\/|[A-Za-z]:[\\/]|file:)[\w.@~\\/ -]*$/
/** A URL, or a reference to a secret store that an injector resolves. */
const ELSEWHERE =
  /^(?:[a-z][a-z0-9+.-]*:\/\/|(?:vault|arn|secretref|azurekeyvault|gcp|aws|keyvault|sops):|ref\+)/i

/**
 * Tells whether a literal beside a name is a secret: by its own form, else by the name.
 *
 * @param name - an environment variable's or option's name
 * @param value - never part of the answer
 */
export function secretKindOf(name: string, value: string): SecretKind | undefined {
  return secretShapeOf(value) ?? (isSecretName(name) && isLiteral(name, value) ? 'named' : undefined)
}

/** Tells a credential by its form alone. */
function secretShapeOf(value: string): keyof typeof SHAPES | undefined {
  // The shortest token has 20 characters; only a URL can be shorter.
  if (value.length < 20 && !value.includes('://')) return undefined
  const text = value.length > LIMIT ? value.slice(0, LIMIT) : value
  if (!ANY_SHAPE.test(text)) return undefined
  for (const kind of Object.keys(SHAPES) as (keyof typeof SHAPES)[]) if (SHAPES[kind].test(text)) return kind
  return undefined
}

/** Whether a variable or option of this name is for a secret: `DB_PASSWORD`, `apiKey`, `client-secret`. */
function isSecretName(name: string): boolean {
  if (!SECRET_WORD.test(name)) return false
  const canonical = canonicalName(name)
  return SECRET_NAME.test(canonical) && !NAME_OF_SOMETHING.test(canonical)
}

/** Upper case, words joined by underscores. */
function canonicalName(name: string): string {
  return name
    .slice(0, 256)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[.-]/g, '_')
    .toUpperCase()
}

/** Whether a value can be the secret itself, not a switch, a number, a path or a reference to it. */
function isLiteral(name: string, value: string): boolean {
  const text = value.trim()
  if (text === '' || SWITCH.test(text) || PLACEHOLDER.test(text)) return false
  if (NUMBER.test(text) && !PASSWORD_NAME.test(canonicalName(name))) return false
  return !EXPANSION.test(text) && !FILE_PATH.test(text) && !ELSEWHERE.test(text)
}

/** `--password=x`, `-Ddb.password=x`, `PASSWORD=x`, `--password x`, alone or in a script. */
const ASSIGNMENT = /(?:^|[\s;&|("'])(-{0,2}[A-Za-z_][\w.-]*)(=|[ \t]+)("[^"]*"|'[^']*'|[^\s;&|"']+)/g

/** A secret in a command line: the option or variable that it belongs to, where there is one. */
export interface ArgumentSecret {
  readonly option: string
  readonly kind: SecretKind
}

/**
 * Looks for a literal secret in one argument of a command line.
 *
 * @param argument - one element of `command` or `args`, perhaps a whole script
 * @param next - the element after it, which is the value when the argument is an option alone
 */
export function secretInArgument(argument: string, next: unknown): ArgumentSecret | undefined {
  const kind = secretShapeOf(argument)
  if (kind !== undefined) return { option: '', kind }
  if (!SECRET_WORD.test(argument)) return undefined
  const text = argument.length > LIMIT ? argument.slice(0, LIMIT) : argument
  if (/^--?[A-Za-z][\w.-]*$/.test(text)) {
    if (typeof next !== 'string' || next.startsWith('-')) return undefined
    return isSecretOption(text, next, '=') ? { option: text, kind: 'named' } : undefined
  }
  for (const [, option = '', joint = '', value = ''] of text.matchAll(ASSIGNMENT)) {
    if (isSecretOption(option, value, joint)) return { option, kind: 'named' }
  }
  return undefined
}

function isSecretOption(option: string, value: string, joint: string): boolean {
  const name = option.replace(/^-+/, '')
  // In a script `word word` is not an assignment; `--option word` may be.
  if (joint !== '=' && !option.startsWith('--')) return false
  const bare = value.replace(/^(["'])(.*)\1$/s, '$2')
  if (bare.startsWith('-') || SHELL_VARIABLE.test(bare) || bare.includes('`')) return false
  // An option such as `--secret=namespace/name` names a Secret object.
  if (/secret$/i.test(name) && bare.includes('/')) return false
  return isSecretName(name) && isLiteral(name, bare)
}
