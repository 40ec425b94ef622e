import { List } from '../values/list.ts'
import { Mapping } from '../values/mapping.ts'
import { JsonMap } from '../values/native.ts'
import { NO_VALUE, Optional } from '../values/optional.ts'
import { StructValue } from '../values/struct.ts'
import { typeOf } from '../values/type-of.ts'
import { Failure, LazyFields, type Result, Uint, type Value } from '../values/value.ts'
import type { Attribute, Frame, Qualifier, Step } from './frame.ts'

/** An attribute whose root is worked out by `root`; each qualifier costs 1, as does the attribute, which the step adds. */
export function attributeOf(
  root: (frame: Frame) => Result,
  qualifiers: readonly Qualifier[] = [],
): Attribute {
  return {
    cost: 1,
    resolve: resolver(root, qualifiers),
    qualify: (qualifier) => attributeOf(root, [...qualifiers, qualifier]),
  }
}

/** `c ? a : b`: a field that is asked of it is asked of what it gives. It costs nothing itself. */
export function conditionalAttribute(condition: Step, yes: Attribute, no: Attribute): Attribute {
  return {
    cost: 0,
    resolve: (frame) => {
      const holds = condition.run(frame)
      if (holds === true) return yes.resolve(frame)
      if (holds === false) return no.resolve(frame)
      return holds instanceof Failure ? holds : new Failure('no such overload')
    },
    qualify: (qualifier) => conditionalAttribute(condition, yes.qualify(qualifier), no.qualify(qualifier)),
  }
}

/** `has(a.b)`: whether the last field is there; those before it must be. */
export function presenceTest(attribute: Attribute, field: string): (frame: Frame) => Result {
  return (frame) => {
    const object = attribute.resolve(frame)
    if (object instanceof Failure) return object
    frame.charge(1)
    const holder = object instanceof Optional ? object.value : object
    const found = holder === undefined ? undefined : find(holder, field)
    return found instanceof Failure ? found : found !== undefined
  }
}

function resolver(
  root: (frame: Frame) => Result,
  qualifiers: readonly Qualifier[],
): (frame: Frame) => Result {
  if (qualifiers.length === 0) return root
  return (frame) => {
    let object = root(frame)
    let optional = false
    if (object instanceof Optional) {
      if (object.value === undefined) return object
      optional = true
      object = object.value
    }
    for (const qualifier of qualifiers) {
      if (object instanceof Failure) return object
      const key = qualifier.key(frame)
      if (key instanceof Failure) return key
      optional ||= qualifier.optional
      const found = find(object, key)
      if (found === undefined && optional) return NO_VALUE
      frame.charge(1)
      object = found === undefined ? missing(object, key) : found
    }
    if (!optional || object instanceof Failure) return object
    return object instanceof Optional ? object : new Optional(object)
  }
}

/** @returns undefined where there is no such field or index */
function find(object: Value, key: Value): Result | undefined {
  if (object instanceof JsonMap) return typeof key === 'string' ? object.field(key) : undefined
  if (object instanceof Mapping) return object.get(key)
  if (object instanceof List) {
    const index = indexOf(key)
    if (index === undefined) return new Failure(unsupportedIndex(key))
    return index >= 0 && index < object.size ? object.at(index) : undefined
  }
  if (object instanceof StructValue) return typeof key === 'string' ? object.fields.get(key) : undefined
  if (object instanceof LazyFields && typeof key === 'string') return object.field(key)
  return undefined
}

function indexOf(key: Value): number | undefined {
  if (typeof key === 'bigint') return Number(key)
  if (key instanceof Uint) return Number(key.value)
  return typeof key === 'number' && Number.isInteger(key) ? key : undefined
}

function unsupportedIndex(key: Value): string {
  return typeof key === 'number'
    ? `unsupported index value ${key} in list`
    : `unsupported index type '${typeOf(key).name}' in list`
}

function missing(object: Value, key: Value): Failure {
  const shown = key instanceof Uint ? key.value : key
  return new Failure(object instanceof List ? `index out of bounds: ${shown}` : `no such key: ${shown}`)
}
