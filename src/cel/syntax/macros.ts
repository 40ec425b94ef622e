import type { CallNode, Node } from './ast.ts'
import { SyntaxFault } from './syntax-fault.ts'

type MemberCall = Omit<CallNode, 'kind'> & { readonly target: Node }

const ACCUMULATOR = '@result'

/** Macros with two variables (cel-go's extension "TwoVarComprehensions") by name and number of arguments. */
const TWO_VARIABLES: Readonly<Record<string, readonly number[]>> = {
  all: [3],
  exists: [3],
  existsOne: [3],
  exists_one: [3],
  transformList: [3, 4],
  transformMap: [3, 4],
  transformMapEntry: [3, 4],
}

/** Macros with one variable: those that the grammar package left alone had no plain name for it. */
const ONE_VARIABLE: Readonly<Record<string, readonly number[]>> = {
  all: [2],
  exists: [2],
  existsOne: [2],
  exists_one: [2],
  map: [2, 3],
  filter: [2],
}

/**
 * Expands a call that is a macro of the libraries: comprehensions with two variables, `sortBy`, `optMap`, `optFlatMap`.
 *
 * @returns undefined where the call is none
 * @throws SyntaxFault for a variable that is no name
 */
export function expandMacro(call: MemberCall): Node | undefined {
  const count = call.args.length
  if (count === 2 && (call.name === 'optMap' || call.name === 'optFlatMap')) return expandOptional(call)
  if (count === 2 && call.name === 'sortBy') return expandSortBy(call)
  if (TWO_VARIABLES[call.name]?.includes(count)) return expandTwoVariables(call)
  if (ONE_VARIABLE[call.name]?.includes(count) && call.args[0]?.kind !== 'identifier')
    throw new SyntaxFault(
      call.args[0]?.at ?? call.at,
      call.name === 'map' || call.name === 'filter'
        ? 'argument is not an identifier'
        : 'argument must be a simple name',
    )
  return undefined
}

function expandTwoVariables({ at, name, target, args }: MemberCall): Node {
  const [first, second, ...rest] = args
  const variable = nameOf(first, at)
  const variable2 = nameOf(second, at)
  if (variable === variable2) throw new SyntaxFault(second?.at ?? at, `duplicate variable name: ${variable}`)
  const body = rest.at(-1)
  if (body === undefined) throw new SyntaxFault(at, 'argument must be a simple name')
  const accumulated = identifier(ACCUMULATOR)
  const filtered = (step: Node): Node =>
    rest.length === 2 && rest[0] !== undefined ? callOf('_?_:_', rest[0], step, accumulated) : step
  const comprehension = (init: Node, condition: Node, step: Node, result: Node = accumulated): Node => ({
    kind: 'comprehension',
    at,
    range: target,
    variable,
    variable2,
    accumulator: ACCUMULATOR,
    init,
    condition,
    step,
    result,
  })

  switch (name) {
    case 'all':
      return comprehension(
        constant(true),
        callOf('@not_strictly_false', accumulated),
        callOf('_&&_', accumulated, body),
      )
    case 'exists':
      return comprehension(
        constant(false),
        callOf('@not_strictly_false', callOf('!_', accumulated)),
        callOf('_||_', accumulated, body),
      )
    case 'existsOne':
    case 'exists_one':
      return comprehension(
        constant(0n),
        constant(true),
        callOf('_?_:_', body, callOf('_+_', accumulated, constant(1n)), accumulated),
        callOf('_==_', accumulated, constant(1n)),
      )
    case 'transformList':
      return comprehension(list(), constant(true), filtered(callOf('_+_', accumulated, list(body))))
    case 'transformMap':
      return comprehension(
        emptyMap(),
        constant(true),
        filtered(callOf('cel.@mapInsert', accumulated, identifier(variable), body)),
      )
    default:
      return comprehension(emptyMap(), constant(true), filtered(callOf('cel.@mapInsert', accumulated, body)))
  }

  function identifier(text: string): Node {
    return { kind: 'identifier', at, name: text }
  }
  function constant(value: boolean | bigint): Node {
    return { kind: 'constant', at, value }
  }
  function callOf(fn: string, ...fnArgs: Node[]): Node {
    return { kind: 'call', at, name: fn, args: fnArgs }
  }
  function list(...elements: Node[]): Node {
    return { kind: 'list', at, elements, optional: new Set() }
  }
  function emptyMap(): Node {
    return { kind: 'map', at, entries: [] }
  }
}

/** `o.optMap(v, e)`: `o.hasValue() ? optional.of(e with v = o.value()) : optional.none()`, with `o` worked out once. */
function expandOptional({ at, name, target, args }: MemberCall): Node {
  const [first, body] = args
  if (first?.kind !== 'identifier')
    throw new SyntaxFault(first?.at ?? at, `${name}() variable name must be a simple identifier`)
  if (body === undefined) throw new SyntaxFault(at, 'argument must be a simple name')
  const optional: Node =
    target.kind === 'identifier' ? target : { kind: 'identifier', at, name: '#optional_target' }
  const value: Node = { kind: 'call', at, name: 'value', target: optional, args: [] }
  const mapped = bind(at, first.name, value, body)
  const result: Node = {
    kind: 'call',
    at,
    name: '_?_:_',
    args: [
      { kind: 'call', at, name: 'hasValue', target: optional, args: [] },
      name === 'optMap' ? { kind: 'call', at, name: 'optional.of', args: [mapped] } : mapped,
      { kind: 'call', at, name: 'optional.none', args: [] },
    ],
  }
  return target.kind === 'identifier' ? result : bind(at, '#optional_target', target, result)
}

/** An expression in which a name stands for a value: a comprehension over nothing. */
function bind(at: number, name: string, value: Node, result: Node): Node {
  return {
    kind: 'comprehension',
    at,
    range: { kind: 'list', at, elements: [], optional: new Set() },
    variable: '#unused',
    variable2: '',
    accumulator: name,
    init: value,
    condition: { kind: 'constant', at, value: false },
    step: { kind: 'identifier', at, name },
    result,
  }
}

/** `l.sortBy(v, key)`: the list, ordered by the keys of its elements. */
function expandSortBy({ at, target, args }: MemberCall): Node {
  const [first, key] = args
  const variable = nameOf(first, at)
  if (key === undefined) throw new SyntaxFault(at, 'argument must be a simple name')
  const input: Node = { kind: 'identifier', at, name: '@__sortBy_input__' }
  const accumulated: Node = { kind: 'identifier', at, name: ACCUMULATOR }
  const list = (...elements: Node[]): Node => ({ kind: 'list', at, elements, optional: new Set() })
  const keys: Node = {
    kind: 'comprehension',
    at,
    range: input,
    variable,
    variable2: '',
    accumulator: ACCUMULATOR,
    init: list(),
    condition: { kind: 'constant', at, value: true },
    step: { kind: 'call', at, name: '_+_', args: [accumulated, list(key)] },
    result: accumulated,
  }
  return bind(at, input.name, target, {
    kind: 'call',
    at,
    name: '@sortByAssociatedKeys',
    target: input,
    args: [keys],
  })
}

function nameOf(node: Node | undefined, at: number): string {
  if (node?.kind !== 'identifier') throw new SyntaxFault(node?.at ?? at, 'argument must be a simple name')
  if (node.name === ACCUMULATOR)
    throw new SyntaxFault(node.at, 'iteration variable overwrites accumulator variable')
  return node.name
}
