import { formatFieldPath } from '../objects/field-path.ts'
import type { SourceDocument } from '../reading/document.ts'
import type { InputProblem } from '../reading/problem.ts'
import type { MistypedField } from './decode.ts'
import { schemaMessages } from './messages.ts'

/**
 * A mistyped field as a problem of the input: the API server answers such an object with 400 Bad Request.
 *
 * @param document - where the object stands
 * @returns code `ERR_FIELD_TYPE`, positioned at the field
 */
export function fieldTypeProblem(
  field: MistypedField,
  document: Pick<SourceDocument, 'file' | 'locate'>,
): InputProblem {
  const { path, expected, given } = field
  return {
    code: 'ERR_FIELD_TYPE',
    file: document.file,
    ...document.locate(path),
    message: schemaMessages.make['field-type']({ path: formatFieldPath(path), expected, given }),
  }
}
