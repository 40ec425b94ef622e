import { defineMessages } from '../../messages/index.ts'
import { RequestError } from './engine.ts'
import type { Line } from './lines.ts'
import { OBJECT_SCHEMA } from './request-object.ts'

export const keptObjectsMessages = defineMessages('eval-objects', {
  none: {
    en: (_: object) => 'the first line has to give "objects"; later ones may go on with them',
    ko: (_: object) => '첫 줄에는 "objects"가 있어야 합니다. 다음 줄부터는 생략할 수 있습니다',
  },
  lost: {
    en: (_: object) => 'the "objects" that this line would go on with could not be read',
    ko: (_: object) => '이 줄이 이어서 쓸 "objects"를 읽지 못했습니다',
  },
})

export const OBJECTS_SCHEMA = {
  type: 'array',
  description: 'without them those of the line before',
  items: OBJECT_SCHEMA,
}

export type ObjectJson = Readonly<Record<string, unknown>>

/**
 * "A line without objects goes on with those of the line before", so that many questions about one cluster send it
 * once.
 *
 * @param compile - makes of the objects what answers questions; called once for each line that gives some
 */
export class KeptObjects<Compiled> {
  readonly #compile: (objects: readonly ObjectJson[]) => Compiled
  #kept: { readonly compiled: Compiled } | 'none' | 'lost' = 'none'

  constructor(compile: (objects: readonly ObjectJson[]) => Compiled) {
    this.#compile = compile
  }

  /** @throws RequestError `ERR_NO_OBJECTS`, and what `compile` throws */
  of(objects: readonly ObjectJson[] | undefined): Compiled {
    if (objects !== undefined) {
      this.#kept = 'lost'
      this.#kept = { compiled: this.#compile(objects) }
    }
    if (typeof this.#kept === 'string')
      throw new RequestError('ERR_NO_OBJECTS', keptObjectsMessages.make[this.#kept]({}))
    return this.#kept.compiled
  }

  /** A line could not be evaluated: if it gave objects, those after it are not asked about older ones. */
  passOver(line: Line): void {
    if (line === undefined || line.includes('"objects"')) this.#kept = 'lost'
  }
}
