import {
  type FieldError,
  type FieldPath,
  forbidden,
  goQuote,
  invalid,
  notSupported,
  required,
} from '../../../kubernetes/index.ts'
import type { ReviewSpec, SelectorJson } from './decode.ts'

/**
 * What is wrong with the spec of an access review, in the API server's words and order.
 *
 * Source: kubernetes, `pkg/apis/authorization/validation`.
 */
export function accessReviewErrors(spec: ReviewSpec, path: FieldPath = ['spec']): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec
  const errors: FieldError[] = []
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    const { path: url, verb } = nonResourceAttributes
    const value = {
      goSyntax: `authorization.NonResourceAttributes{Path:${goQuote(url)}, Verb:${goQuote(verb)}}`,
    }
    const detail = 'cannot be specified in combination with resourceAttributes'
    errors.push(invalid([...path, 'nonResourceAttributes'], value, detail))
  }
  if (resourceAttributes === undefined && nonResourceAttributes === undefined)
    errors.push(
      invalid(
        [...path, 'resourceAttributes'],
        null,
        'exactly one of nonResourceAttributes or resourceAttributes must be specified',
      ),
    )
  for (const name of ['fieldSelector', 'labelSelector'] as const) {
    const selector = resourceAttributes?.[name]
    if (selector !== undefined)
      errors.push(...selectorErrors(selector, [...path, 'resourceAttributes', name], name))
  }
  return errors
}

/** The same of a review about somebody else. */
export function subjectErrors(spec: ReviewSpec): FieldError[] {
  const { name, groups } = spec.user
  const errors = accessReviewErrors(spec)
  if (name === '' && groups.length === 0)
    errors.push(invalid(['spec', 'user'], name, 'at least one of user or group must be specified'))
  return errors
}

/** Of a review inside a namespace. */
export function localErrors(spec: ReviewSpec, namespace: string): FieldError[] {
  const errors = subjectErrors(spec)
  const { resourceAttributes, nonResourceAttributes } = spec
  if (resourceAttributes !== undefined && resourceAttributes.namespace !== namespace)
    errors.push(
      invalid(
        ['spec', 'resourceAttributes', 'namespace'],
        resourceAttributes.namespace,
        'must match metadata.namespace',
      ),
    )
  if (nonResourceAttributes !== undefined) {
    const { path, verb } = nonResourceAttributes
    const value = {
      goSyntax: `authorization.NonResourceAttributes{Path:${goQuote(path)}, Verb:${goQuote(verb)}}`,
    }
    errors.push(invalid(['spec', 'nonResourceAttributes'], value, 'disallowed on this kind of request'))
  }
  return errors
}

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist']

function selectorErrors(
  { rawSelector, requirements }: SelectorJson,
  path: FieldPath,
  name: string,
): FieldError[] {
  if (rawSelector !== '' && requirements.length > 0)
    return [
      invalid([...path, 'rawSelector'], rawSelector, 'may not specified at the same time as requirements'),
    ]
  if (rawSelector === '' && requirements.length === 0)
    return [
      required(
        [...path, 'requirements'],
        `when ${name} is specified, requirements or rawSelector is required`,
      ),
    ]
  return requirements.flatMap(({ key, operator, values }, index) => {
    const place = [...path, 'requirements', index]
    const errors: FieldError[] = []
    if (key === '') errors.push(required([...place, 'key'], 'must be specified'))
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0)
        errors.push(required([...place, 'values'], "must be specified when `operator` is 'In' or 'NotIn'"))
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0)
        errors.push(
          forbidden(
            [...place, 'values'],
            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
          ),
        )
    } else errors.push(notSupported([...place, 'operator'], operator, OPERATORS))
    return errors
  })
}
