/** What is to be done with certain fields of certain resources. */
export interface PathRule {
  /** `secrets`, `apps/deployments`, `pods/exec`, `*`. A core resource has no group before it. */
  readonly resources: readonly string[]
  /** From the body's root: `spec.users.*.hash`; `*` is one name or list index, `**` any number; `\.` is a dot in a name. */
  readonly paths: readonly string[]
}

/** Tells whether a path is one of the rules'. */
export type PathMatcher = (path: readonly string[]) => boolean

/**
 * @param resource - as in `PathRule`
 * @returns undefined where no rule is about the resource
 */
export function pathMatcher(rules: readonly PathRule[], resource: string): PathMatcher | undefined {
  const patterns = rules
    .filter(({ resources }) => resources.includes(resource) || resources.includes('*'))
    .flatMap(({ paths }) => paths.map(segmentsOf))
  if (patterns.length === 0) return undefined
  return (path) => patterns.some((pattern) => matches(pattern, path))
}

function segmentsOf(path: string): readonly string[] {
  return path.split(/(?<!\\)\./).map((segment) => segment.replaceAll('\\.', '.'))
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return path.length === 0
  if (first === '**') return path.some((_, index) => matches(rest, path.slice(index))) || matches(rest, [])
  return path.length > 0 && (first === '*' || first === path[0]) && matches(rest, path.slice(1))
}
