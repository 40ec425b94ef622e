import { type FilterNode, type OperandNode, walkNodes } from '../parser/index.ts'
import { DEPRECATED_FIELDS } from './falco-text.ts'

/** Something in a condition that is allowed but hardly meant. */
export type ConditionWarning =
  | { readonly code: 'LOAD_UNSAFE_NA_CHECK' }
  | { readonly code: 'LOAD_DEPRECATED_ITEM'; readonly field: string; readonly message: string }

/**
 * Looks for comparisons of audit fields with `<NA>` and for deprecated fields (filter_warning_resolver.cpp); each is named once a
 * condition, however often it occurs.
 */
export function conditionWarnings(condition: FilterNode): ConditionWarning[] {
  const deprecated = new Set<string>()
  let isUnsafe = false
  walkNodes(condition, (node) => {
    if (node.kind === 'field' && DEPRECATED_FIELDS.has(node.name)) deprecated.add(node.name)
    if (node.kind !== 'binary-check' || !EQUALITY.has(node.operator) || !isAuditField(node.left)) return
    const { right } = node
    isUnsafe ||=
      right.kind === 'value' ? right.value === '<NA>' : right.kind === 'list' && right.values.includes('<NA>')
  })
  const warnings: ConditionWarning[] = isUnsafe ? [{ code: 'LOAD_UNSAFE_NA_CHECK' }] : []
  for (const [field, message] of DEPRECATED_FIELDS)
    if (deprecated.has(field)) warnings.push({ code: 'LOAD_DEPRECATED_ITEM', field, message })
  return warnings
}

const EQUALITY: ReadonlySet<string> = new Set(['==', '=', '!=', 'in', 'intersects', 'pmatch'])

function isAuditField(operand: OperandNode): boolean {
  return operand.kind === 'field' && (operand.name.startsWith('ka.') || operand.name.startsWith('jevt.'))
}
