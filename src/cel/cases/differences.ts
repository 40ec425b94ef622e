const AT_RUN_TIME = 'the clauses of a literal format are checked when it runs, not when it is compiled'
const CANONICAL = 'a quantity is kept as an amount, not as it was written; no function shows the text'
const ROUNDING = 'the last digit of a double: amounts are kept exactly and divided once'
const GO_LITERALS = "hexadecimal and underscored numbers are Go's, not CEL's"
const KEYS = 'CEL has keys of four types only; cel-go takes any for a map that is not looked into'
const EMPTY_VERSION = 'refused in other words'

/** Where Haetae differs from the API server, knowingly: expression → why. */
export const DIFFERENCES: Readonly<Record<string, string>> = {
  "format.qualifiedName().validate('a/b/c')":
    'the words that Kubernetes had before 1.35, as elsewhere in Haetae',
  'a.all(x, x)': "the message names Go's type there",
  "double('0x1p3')": GO_LITERALS,
  "double('1_000')": GO_LITERALS,
  '{a: 1}': KEYS,
  'google.protobuf.Timestamp{}': 'messages of protobuf cannot be constructed',
  "quantity('1E3')": CANONICAL,
  "quantity('5.Mi')": CANONICAL,
  "quantity('+1')": CANONICAL,
  "quantity('100n').asApproximateFloat()": ROUNDING,
  "quantity('123456789012345678901234567890m').asApproximateFloat()": ROUNDING,
  'has(a.?b)': 'refused as a fault of syntax',
  "'%s'.format([])": AT_RUN_TIME,
  "'%s %s'.format(['x'])": AT_RUN_TIME,
  "'%d'.format(['x'])": AT_RUN_TIME,
  "'%f'.format([1])": AT_RUN_TIME,
  "'%b'.format(['x'])": AT_RUN_TIME,
  "'%q'.format(['x'])": AT_RUN_TIME,
  "'%s'.format([optional.of(1)])": AT_RUN_TIME,
  "'%'.format([1])": AT_RUN_TIME,
  "semver('', true).minor()": EMPTY_VERSION,
  "semver('', true).patch()": EMPTY_VERSION,
  "timestamp('2024-01-01T00:00:00+01:00')": 'shown in UTC; the moment is the same',
}
