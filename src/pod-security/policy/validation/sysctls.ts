import { type FieldError, type FieldPath, forbidden, invalid } from '../../../kubernetes/index.ts'
import { WILDCARD } from '../types.ts'

const MAX_LENGTH = 253
const PATTERN = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?\\.)*([a-z0-9][-_a-z0-9]*)?[a-z0-9*]'
const PATTERN_EXPRESSION = new RegExp(`^${PATTERN}$`)

/** Both lists of sysctls, each by itself and the one against the other. */
export function validateSysctlLists(
  path: FieldPath,
  allowedUnsafe: readonly string[],
  forbiddenOnes: readonly string[],
): FieldError[] {
  const allowedPath = [...path, 'allowedUnsafeSysctls']
  const forbiddenPath = [...path, 'forbiddenSysctls']
  return [
    ...validatePatterns(allowedPath, allowedUnsafe),
    ...validatePatterns(forbiddenPath, forbiddenOnes),
    ...allowedUnsafe.flatMap((allowed, at) =>
      forbiddenOnes.flatMap((forbid, index) =>
        validateOverlap([...allowedPath, at], allowed, [...forbiddenPath, index], forbid),
      ),
    ),
  ]
}

/** Whether a text is a sysctl's name, or the beginning of one followed by `*`. */
function isSysctlPattern(text: string): boolean {
  return text.length <= MAX_LENGTH && PATTERN_EXPRESSION.test(text)
}

function validatePatterns(path: FieldPath, sysctls: readonly string[]): FieldError[] {
  const errors = sysctls.flatMap((sysctl, index) => {
    if (sysctl === '') return [invalid([...path, index], '', 'empty sysctl not allowed')]
    if (isSysctlPattern(sysctl)) return []
    const detail = `must have at most ${MAX_LENGTH} characters and match regex ${PATTERN}`
    return [invalid([...path, index], sysctl, detail)]
  })
  const coversAll = sysctls.some((sysctl) => sysctl.startsWith(WILDCARD) && isSysctlPattern(sysctl))
  if (coversAll && sysctls.length > 1)
    errors.push(forbidden([...path, 'items'], "if '*' is present, must not specify other sysctls"))
  return errors
}

/** Of two patterns that overlap the narrower one is the wrong one. */
function validateOverlap(
  allowedPath: FieldPath,
  allowed: string,
  forbiddenPath: FieldPath,
  forbid: string,
): FieldError[] {
  const onAllowed = () => [invalid(allowedPath, allowed, `sysctl overlaps with ${forbid}`)]
  const onForbidden = () => [invalid(forbiddenPath, forbid, `sysctl overlaps with ${allowed}`)]
  if (forbid.endsWith(WILDCARD) && prefixOf(allowed).startsWith(prefixOf(forbid))) return onAllowed()
  if (allowed.endsWith(WILDCARD) && prefixOf(forbid).startsWith(prefixOf(allowed))) return onForbidden()
  return allowed === forbid ? onAllowed() : []
}

function prefixOf(pattern: string): string {
  return pattern.endsWith(WILDCARD) ? pattern.slice(0, -1) : pattern
}
