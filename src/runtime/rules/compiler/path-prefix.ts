import { compileGlob } from './glob.ts'

/**
 * Makes the test of `pmatch`: whether one of the paths is the path tested or one of its parents. Components of a path may
 * be shell patterns; empty components do not count, so `/` and the empty text are parents of every path.
 *
 * @see libs userspace/libsinsp/prefix_search.h
 */
export function compilePathPrefixes(paths: readonly string[]): (path: string) => boolean {
  const root = createLevel()
  for (const path of paths) add(root, componentsOf(path))
  return (path) => matches(root, componentsOf(path), 0)
}

/** What can follow at one depth of the tree. */
interface Level {
  /** A path ends here: whatever follows, matches. */
  complete: boolean
  readonly literals: Map<string, Level>
  readonly patterns: Map<string, { readonly test: (component: string) => boolean; readonly level: Level }>
}

function createLevel(): Level {
  return { complete: false, literals: new Map(), patterns: new Map() }
}

function componentsOf(path: string): readonly string[] {
  return path.split('/').filter((component) => component !== '')
}

function add(root: Level, components: readonly string[]): void {
  let level = root
  for (const component of components) level = next(level, component)
  level.complete = true
}

function next(level: Level, component: string): Level {
  if (!/[?*[]/.test(component)) {
    const known = level.literals.get(component) ?? createLevel()
    level.literals.set(component, known)
    return known
  }
  const known = level.patterns.get(component) ?? {
    test: compileGlob(component, false),
    level: createLevel(),
  }
  level.patterns.set(component, known)
  return known.level
}

function matches(level: Level, components: readonly string[], depth: number): boolean {
  if (level.complete) return true
  const component = components[depth]
  if (component === undefined) return false
  const literal = level.literals.get(component)
  if (literal !== undefined && matches(literal, components, depth + 1)) return true
  for (const pattern of level.patterns.values()) {
    if (pattern.test(component) && matches(pattern.level, components, depth + 1)) return true
  }
  return false
}
