import { isProtobuf, parseBody } from './body.ts'
import { protobufName } from './protobuf-name.ts'

/**
 * The name of the object in the body of a `create`: the URL has none, and events and admission want it.
 *
 * @returns undefined where the server is to make one (`generateName`), and for what cannot be read
 */
export function createdName(body: Buffer, contentType: string): string | undefined {
  if (isProtobuf(contentType)) return protobufName(body)
  const object = parseBody(body, contentType)
  if (typeof object !== 'object' || object === null || !('metadata' in object)) return undefined
  const { metadata } = object
  if (typeof metadata !== 'object' || metadata === null || !('name' in metadata)) return undefined
  return typeof metadata.name === 'string' && metadata.name !== '' ? metadata.name : undefined
}
