import type {
  CallNode,
  ComprehensionNode,
  ListNode,
  MapNode,
  Node,
  SelectNode,
  StructNode,
} from '../syntax/ast.ts'
import { type Issue, issueAt } from '../syntax/issue.ts'
import { areAssignable, mostGeneral, Substitutions, substitute } from '../types/assignable.ts'
import {
  BOOL,
  BYTES,
  DOUBLE,
  DYN,
  ERROR,
  formatType,
  INT,
  isOptional,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  parameter,
  STRING,
  sameType,
  type Type,
  UINT,
  unwrapOptional,
} from '../types/type.ts'
import { Uint, type Value } from '../values/value.ts'
import type { Checked, Reference, Resolution } from './checked.ts'
import type { FunctionDeclaration, Overload } from './declarations.ts'
import { type Environment, typeOfNamed } from './environment.ts'
import { literalProblem } from './literals.ts'
import { Scope } from './scope.ts'

/**
 * Finds the type of every part of an expression and what its names and calls mean (CEL language definition, "Gradual
 * Type Checking"). Lists and maps are of one type, as Kubernetes asks (`HomogeneousAggregateLiterals`).
 *
 * @returns what was found, or everything that is wrong with the expression, in the order of the text
 */
export function check(
  source: string,
  root: Node,
  environment: Environment,
): { readonly checked: Checked } | { readonly issues: readonly Issue[] } {
  const checker = new Checker(environment)
  const type = checker.check(root)
  if (checker.faults.length === 0) checker.checkLiterals()
  if (checker.faults.length > 0) {
    const sorted = checker.faults.toSorted((one, other) => one.at - other.at)
    return { issues: sorted.map(({ at, message }) => issueAt(source, at, message)) }
  }
  const { references, resolutions } = checker
  return { checked: { root, type: checker.final(type), references, resolutions } }
}

class Checker {
  readonly faults: { readonly at: number; readonly message: string }[] = []
  readonly references: Map<Parameters<Checked['references']['get']>[0], Reference> = new Map()
  readonly resolutions: Map<CallNode, Resolution> = new Map()
  readonly #environment: Environment
  readonly #known = new Substitutions()
  readonly #literals: (readonly { readonly at: number; readonly type: Type }[])[] = []
  #scope: Scope | undefined
  #free = 0
  /** How many calls of `format` are around: what it is given may be of several types. */
  #formats = 0

  constructor(environment: Environment) {
    this.#environment = environment
  }

  check(node: Node): Type {
    switch (node.kind) {
      case 'constant':
        return constantType(node.value)
      case 'identifier':
        return this.#named(node, node.name) ?? this.#undeclared(node.at, node.name)
      case 'select':
        return this.#select(node)
      case 'call':
        return this.#call(node)
      case 'list':
        return this.#list(node)
      case 'map':
        return this.#map(node)
      case 'struct':
        return this.#struct(node)
      case 'comprehension':
        return this.#comprehension(node)
    }
  }

  /** Elements of lists, keys and values of maps must be of one type, except in what `format` is given. */
  checkLiterals(): void {
    for (const parts of this.#literals) {
      const [first, ...others] = parts.map(({ at, type }) => ({ at, type: this.final(type) }))
      const odd = others.find(({ type }) => first !== undefined && !sameType(type, first.type))
      if (first !== undefined && odd !== undefined) this.#mismatch(odd.at, first.type, odd.type)
    }
  }

  /** A type whose unknown parameters are anything. */
  final(type: Type): Type {
    return substitute(this.#known, type, true)
  }

  #named(node: Parameters<Checked['references']['get']>[0], name: string): Type | undefined {
    const local = this.#scope?.find(name)
    if (local !== undefined) {
      this.references.set(node, { kind: 'local', name })
      return local
    }
    const variable = this.#environment.variableType(name)
    if (variable !== undefined) {
      this.references.set(node, { kind: 'variable', name })
      return variable
    }
    const value = this.#environment.typeNamed(name)
    if (value === undefined) return undefined
    this.references.set(node, { kind: 'type', value })
    return typeOfNamed(value)
  }

  #select(node: SelectNode): Type {
    if (!node.test && !node.optional) {
      const name = qualifiedName(node)
      const first = name?.slice(0, name.indexOf('.')) ?? ''
      if (name !== undefined && this.#scope?.find(first) === undefined) {
        const type = this.#named(node, name)
        if (type !== undefined) return type
      }
    }
    const operand = substitute(this.#known, this.check(node.operand))
    const field = this.#field(node.at, unwrapOptional(operand), node.field)
    if (node.test) return BOOL
    return isOptional(operand) || node.optional ? optionalOf(unwrapOptional(field)) : field
  }

  #field(at: number, type: Type, field: string): Type {
    switch (type.kind) {
      case 'map':
        return substitute(this.#known, type.parameters[1] ?? DYN)
      case 'struct': {
        const found = this.#environment.struct(type.name)?.field(field)
        return found ?? this.#fault(at, `undefined field '${field}'`)
      }
      case 'parameter':
        this.#assignable(DYN, type)
        return DYN
      case 'dyn':
      case 'error':
        return DYN
      default:
        this.#fault(at, `type '${formatType(type)}' does not support field selection`)
        return DYN
    }
  }

  #call(node: CallNode): Type {
    if (node.name !== 'format') return this.#callOf(node)
    this.#formats++
    const type = this.#callOf(node)
    this.#formats--
    return type
  }

  #callOf(node: CallNode): Type {
    const { name, target } = node
    const argTypes = node.args.map((arg) => this.check(arg))
    if (target === undefined) {
      const declaration = this.#environment.functionNamed(name)
      if (declaration === undefined) return this.#undeclared(node.at, name)
      return this.#resolve(node, declaration, node.args, argTypes, false)
    }
    const prefix = qualifiedName(target)
    const namespaced = prefix === undefined ? undefined : this.#environment.functionNamed(`${prefix}.${name}`)
    if (namespaced !== undefined) return this.#resolve(node, namespaced, node.args, argTypes, false)
    const targetType = this.check(target)
    const declaration = this.#environment.functionNamed(name)
    if (declaration === undefined) return this.#undeclared(node.at, name)
    return this.#resolve(node, declaration, [target, ...node.args], [targetType, ...argTypes], true)
  }

  #resolve(
    node: CallNode,
    declaration: FunctionDeclaration,
    operands: readonly Node[],
    types: readonly Type[],
    isMember: boolean,
  ): Type {
    if (declaration.name === '_&&_' || declaration.name === '_||_') {
      for (const [index, type] of types.entries()) this.#expect(operands[index]?.at ?? node.at, BOOL, type)
      this.resolutions.set(node, { declaration, overloads: declaration.overloads, operands })
      return BOOL
    }
    const fitting: Overload[] = []
    let result: Type | undefined
    for (const overload of declaration.overloads) {
      if (overload.member !== isMember) continue
      const names = new Map<string, Type>()
      const args = overload.args.map((type) => this.#fresh(type, names))
      if (!this.#allAssignable(types, args)) continue
      fitting.push(overload)
      const type = substitute(this.#known, this.#fresh(overload.result, names))
      if (result === undefined) result = type
      else if (result.kind !== 'dyn' && !sameType(type, result)) result = DYN
    }
    if (result === undefined) {
      const shown = types.map((type) => formatType(this.final(type)))
      const signature = isMember ? `${shown[0]}.(${shown.slice(1).join(', ')})` : `(${shown.join(', ')})`
      return this.#fault(
        node.at,
        `found no matching overload for '${declaration.name}' applied to '${signature}'`,
      )
    }
    const problem = literalProblem(declaration, fitting, operands)
    if (problem !== undefined) this.#fault(problem.at, problem.message)
    this.resolutions.set(node, { declaration, overloads: fitting, operands })
    return result
  }

  #list({ elements, optional }: ListNode): Type {
    const parts = elements.map((element, index) => {
      const type = this.check(element)
      return { at: element.at, type: optional.has(index) ? this.#unwrapped(element.at, type) : type }
    })
    return listOf(this.#join(parts))
  }

  #map({ entries }: MapNode): Type {
    const keys = entries.map(({ key }) => ({ at: key.at, type: this.check(key) }))
    const values = entries.map(({ value, optional }) => {
      const type = this.check(value)
      return { at: value.at, type: optional ? this.#unwrapped(value.at, type) : type }
    })
    return mapOf(this.#join(keys), this.#join(values))
  }

  #struct(node: StructNode): Type {
    const declaration = this.#environment.struct(node.type)
    if (declaration?.constructible !== true) {
      for (const { value } of node.fields) this.check(value)
      if (this.#environment.typeNamed(node.type) === undefined) return this.#undeclared(node.at, node.type)
      return this.#fault(node.at, `'${node.type}' is not a message type`)
    }
    for (const { at, field, value, optional } of node.fields) {
      const type = this.check(value)
      const given = optional ? this.#unwrapped(value.at, type) : type
      const asked = declaration.field(field)
      if (asked === undefined) this.#fault(at, `undefined field '${field}'`)
      else if (!this.#assignable(asked, given))
        this.#fault(
          at,
          `expected type of field '${field}' is '${formatType(asked)}' but provided type is '${formatType(this.final(given))}'`,
        )
    }
    return declaration.type
  }

  #comprehension(node: ComprehensionNode): Type {
    const range = substitute(this.#known, this.check(node.range))
    const accumulator = this.check(node.init)
    const outer = this.#scope
    const withResult = new Scope(outer, [[node.accumulator, accumulator]])
    const two = node.variable2 !== ''
    const [first, second] = this.#iterated(range, two, node.range.at)
    this.#scope = new Scope(
      withResult,
      two
        ? [
            [node.variable, first],
            [node.variable2, second],
          ]
        : [[node.variable, first]],
    )
    this.#expect(node.condition.at, BOOL, this.check(node.condition))
    this.#expect(node.step.at, accumulator, this.check(node.step))
    this.#scope = withResult
    const result = this.check(node.result)
    this.#scope = outer
    return substitute(this.#known, result)
  }

  /** The types of a macro's variables: element, or index and element; key, or key and value. */
  #iterated(range: Type, two: boolean, at: number): [Type, Type] {
    const [first = DYN, second = DYN] = range.parameters
    switch (range.kind) {
      case 'list':
        return two ? [INT, first] : [first, DYN]
      case 'map':
        return [first, second]
      case 'dyn':
      case 'error':
      case 'parameter':
        this.#assignable(DYN, range)
        return [DYN, DYN]
      default:
        this.#fault(
          at,
          `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        )
        return [ERROR, ERROR]
    }
  }

  #unwrapped(at: number, type: Type): Type {
    if (!isOptional(type) && type.kind !== 'dyn')
      this.#fault(at, `expected type '${formatType(optionalOf(type))}' but found '${formatType(type)}'`)
    return unwrapOptional(type)
  }

  #join(parts: readonly { readonly at: number; readonly type: Type }[]): Type {
    const [first, ...others] = parts
    if (first === undefined) return this.#newParameter()
    if (this.#formats === 0) this.#literals.push(parts)
    return others.reduce(
      (joined, { type }) => (this.#assignable(joined, type) ? mostGeneral(joined, type) : DYN),
      first.type,
    )
  }

  #expect(at: number, expected: Type, type: Type): void {
    if (!this.#assignable(expected, type)) this.#mismatch(at, expected, type)
  }

  #mismatch(at: number, expected: Type, found: Type): Type {
    const [one, other] = [expected, found].map((type) => formatType(this.final(type)))
    return this.#fault(at, `expected type '${one}' but found '${other}'`)
  }

  #assignable(from: Type, to: Type): boolean {
    return this.#allAssignable([from], [to])
  }

  #allAssignable(from: readonly Type[], to: readonly Type[]): boolean {
    return this.#known.attempt(() => areAssignable(this.#known, from, to))
  }

  /** An overload's own parameters are others with every call. */
  #fresh(type: Type, names: Map<string, Type>): Type {
    if (type.kind === 'parameter') {
      const known = names.get(type.name) ?? this.#newParameter()
      names.set(type.name, known)
      return known
    }
    if (type.parameters.length === 0) return type
    return { ...type, parameters: type.parameters.map((inner) => this.#fresh(inner, names)) }
  }

  #newParameter(): Type {
    return parameter(`_var${this.#free++}`)
  }

  #undeclared(at: number, name: string): Type {
    return this.#fault(at, `undeclared reference to '${name}' (in container '')`)
  }

  #fault(at: number, message: string): Type {
    this.faults.push({ at, message })
    return ERROR
  }
}

function constantType(value: Value): Type {
  switch (typeof value) {
    case 'boolean':
      return BOOL
    case 'bigint':
      return INT
    case 'number':
      return DOUBLE
    case 'string':
      return STRING
    default:
      if (value === null) return NULL
      return value instanceof Uint ? UINT : BYTES
  }
}

/** `a.b.c` of a chain of plain names. */
function qualifiedName(node: Node): string | undefined {
  if (node.kind === 'identifier') return node.name
  if (node.kind !== 'select' || node.test || node.optional) return undefined
  const prefix = qualifiedName(node.operand)
  return prefix === undefined ? undefined : `${prefix}.${node.field}`
}
