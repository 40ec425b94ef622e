/** The forms that issuers give their credentials. All of bounded length, so that none takes long over any text. */
const SHAPES = [
  /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY/,
  // "Unique identifiers", AWS IAM User Guide: AKIA long-term, ASIA temporary.
  /(?:AKIA|ASIA)[A-Z2-7]{16}/,
  /gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22}|glpat-[\w-]{20}/,
  /xox[abeprs]-[\w-]{10}|hooks\.slack\.com\/services\/T/,
  /[rs]k_live_\w{16}|AIza[\w-]{35}|sk-[\w-]{20}|hf_[A-Za-z]{30}|npm_[A-Za-z0-9]{36}|hv[sbr]\.[\w-]{24}/,
  // RFC 3986, 3.2.1: user:password before the host.
  /:\/\/[^\s/:@]{0,128}:[^\s/@]{1,256}@/,
  /;\s{0,4}(?:AccountKey|SharedAccessKey|Password|Pwd)=[^;\s]{4}/i,
  // RFC 9110, 11.4: a scheme and what it asks for.
  /^(?:Bearer|Basic|Token) {1,4}\S{6}/i,
]
const ANY_SHAPE = new RegExp(SHAPES.map(({ source }) => `(?:${source})`).join('|'), 'i')

/** What each shape has in it: spares most texts the shapes. */
const HINT =
  /PRIVATE KEY|A[KS]IA|gh[pousr]_|github_pat_|glpat-|xox|hooks\.slack|_live_|AIza|sk-|hf_|npm_|hv[sbr]\.|:\/\/|key=|password=|pwd=|bearer|basic|token/i

/** The shortest of the forms, `://u:p@`. */
const SHORTEST = 7

/** Whether a text holds a credential, told by its form alone. */
export function holdsCredential(text: string): boolean {
  if (text.length < SHORTEST) return false
  return (HINT.test(text) && ANY_SHAPE.test(text)) || holdsJsonWebToken(text)
}

/** RFC 7519: two JSON objects, hence `eyJ` in base64url, with a dot between. Looks at each character once. */
function holdsJsonWebToken(text: string): boolean {
  const word = /[^\w-]/g
  for (let at = text.indexOf('eyJ'); at >= 0; at = text.indexOf('eyJ', word.lastIndex)) {
    word.lastIndex = at
    const end = word.exec(text)
    if (end === null) return false
    if (end[0] === '.' && end.index - at >= 10 && text.startsWith('eyJ', end.index + 1)) return true
  }
  return false
}

const SECRET_WORD = /pass|pwd|token|secret|key|credential|authorization|auth$|dockercfg|dockerconfig/i

/** Names that end so hold a secret. Not `tokenExpirationSeconds`, `secretName`: there the end says otherwise. */
const SECRET_NAME =
  /(?:PASSWORDS?|PASSWD|PASSPHRASE|(?:^|_)PASS|(?:^|_)PWD|TOKENS?|SECRET|API_?KEY|(?:SECRET|PRIVATE|ENCRYPTION|SIGNING|MASTER|ACCOUNT|SSH|ACCESS|ACCESS_TOKEN|SHARED)_?KEY|KEY_BASE|CREDENTIALS?|AUTHORIZATION|BASIC_AUTH|DOCKERCFG|DOCKERCONFIGJSON)(?:_?\d{1,3})?$/

/** Whether a field, a variable, an option or a header of this name is for a secret: `DB_PASSWORD`, `apiKey`. */
export function isCredentialName(name: string): boolean {
  if (!SECRET_WORD.test(name)) return false
  const canonical = name
    .slice(-256)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
  return SECRET_NAME.test(canonical)
}

/** `password=x`, `"token": "x"`, `--api-key x` somewhere in a text. */
const ASSIGNMENT =
  /(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|authorization)["']?(?:[ \t]{0,8}[:=]|[ \t]{1,8}(?=\S))[ \t]{0,8}["']?[^\s"']/i

/** Whether a text, such as a file in a ConfigMap, sets something of such a name. */
export function assignsCredential(text: string): boolean {
  return SECRET_WORD.test(text) && ASSIGNMENT.test(text)
}
