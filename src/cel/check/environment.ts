import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN_LIST,
  DYN_MAP,
  INT,
  NULL,
  STRING,
  TIMESTAMP,
  TYPE,
  type Type,
  typeOfType,
  UINT,
} from '../types/type.ts'
import { TypeValue } from '../values/value.ts'
import type { FunctionDeclaration, StructDeclaration, StructTypes } from './declarations.ts'

export interface EnvironmentParts {
  readonly functions: readonly FunctionDeclaration[]
  /** Types that can be named besides CEL's own. */
  readonly types?: readonly Type[]
  /** Name → type. A name may have dots: `authorizer.requestResource`. */
  readonly variables?: Readonly<Record<string, Type>>
  readonly structs?: StructTypes
}

/** What an expression may name. It never changes: {@link Environment.extend} makes another. */
export class Environment {
  readonly #parts: EnvironmentParts
  readonly #functions = new Map<string, FunctionDeclaration>()
  readonly #types = new Map<string, TypeValue>()

  constructor(parts: EnvironmentParts) {
    this.#parts = parts
    for (const declaration of parts.functions) {
      const known = this.#functions.get(declaration.name)
      this.#functions.set(declaration.name, known === undefined ? declaration : merge(known, declaration))
    }
    for (const type of [...STANDARD_TYPES, ...(parts.types ?? [])])
      this.#types.set(type.name, new TypeValue(type))
  }

  /** @returns an environment that knows more */
  extend(more: Partial<EnvironmentParts>): Environment {
    const { functions, types, variables, structs } = this.#parts
    return new Environment({
      functions: [...functions, ...(more.functions ?? [])],
      types: [...(types ?? []), ...(more.types ?? [])],
      variables: { ...variables, ...more.variables },
      structs: {
        find: (name) => more.structs?.find(name) ?? structs?.find(name),
      },
    })
  }

  /** @returns an environment that does not know some variables */
  without(names: readonly string[]): Environment {
    const variables = Object.entries(this.#parts.variables ?? {}).filter(([name]) => !names.includes(name))
    return new Environment({ ...this.#parts, variables: Object.fromEntries(variables) })
  }

  functionNamed(name: string): FunctionDeclaration | undefined {
    return this.#functions.get(name)
  }

  variableType(name: string): Type | undefined {
    const { variables } = this.#parts
    return variables !== undefined && Object.hasOwn(variables, name) ? variables[name] : undefined
  }

  typeNamed(name: string): TypeValue | undefined {
    const known = this.#types.get(name)
    if (known !== undefined) return known
    const struct = this.struct(name)
    return struct === undefined ? undefined : new TypeValue(struct.type)
  }

  struct(name: string): StructDeclaration | undefined {
    return this.#parts.structs?.find(name)
  }
}

const STANDARD_TYPES: readonly Type[] = [
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  INT,
  DYN_LIST,
  DYN_MAP,
  NULL,
  STRING,
  TIMESTAMP,
  TYPE,
  UINT,
]

/** The type of a type that is named. */
export function typeOfNamed({ type }: TypeValue): Type {
  return typeOfType(type)
}

function merge(one: FunctionDeclaration, other: FunctionDeclaration): FunctionDeclaration {
  const ids = new Set(other.overloads.map(({ id }) => id))
  const overloads = [...one.overloads.filter(({ id }) => !ids.has(id)), ...other.overloads]
  return { ...one, ...other, overloads }
}
