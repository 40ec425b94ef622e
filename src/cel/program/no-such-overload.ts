import { typeOf } from '../values/type-of.ts'
import { Failure, type Value } from '../values/value.ts'

/** The kinds of values that know what to do with an operator, though not with what they were given. */
const RECEIVERS: Readonly<Record<string, readonly string[]>> = {
  '_+_': ['bytes', 'double', 'duration', 'int', 'list', 'string', 'timestamp', 'uint'],
  '_-_': ['double', 'duration', 'int', 'timestamp', 'uint'],
  '_*_': ['double', 'int', 'uint'],
  '_/_': ['double', 'int', 'uint'],
  '_%_': ['int', 'uint'],
  '_<_': ['bool', 'bytes', 'double', 'duration', 'int', 'string', 'timestamp', 'uint'],
  size: ['bytes', 'list', 'map', 'string'],
}

/** CEL's words for values that no overload takes; they differ with who finds out. */
export function noSuchOverload(name: string, args: readonly Value[]): Failure {
  const kinds = args.map(typeOf)
  const receivers = RECEIVERS[/^_[<>]=?_$/.test(name) ? '_<_' : name]
  if (receivers !== undefined)
    return new Failure(
      receivers.includes(kinds[0]?.kind ?? '') ? 'no such overload' : `no such overload: ${name}`,
    )
  if (['!_', '-_', '@in', 'startsWith', 'endsWith', 'contains', 'matches'].includes(name))
    return new Failure('no such overload')
  return new Failure(`no such overload: ${name}(${kinds.map((kind) => kind.name).join(', ')})`)
}
