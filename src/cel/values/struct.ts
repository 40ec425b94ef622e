import type { Type } from '../types/type.ts'
import type { Value } from './value.ts'

/** An object that an expression made, e.g. `Object.spec{replicas: 3}`. */
export class StructValue {
  readonly type: Type
  readonly fields: ReadonlyMap<string, Value>

  constructor(type: Type, fields: ReadonlyMap<string, Value>) {
    this.type = type
    this.fields = fields
  }
}
