export { exactNumber, type OutputValue } from './operand.ts'
export {
  createFormat,
  type FieldOptions,
  type FormatResult,
  type OutputFormat,
} from './output-format.ts'
export { readTemplate, type TemplateError } from './template.ts'
