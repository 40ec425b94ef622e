import type { Render } from '../../messages/index.ts'
import { conditionsOf, type FilterNode, possibleValues, type Rule } from '../../runtime/rules/index.ts'
import { SEEN_EVENTS, type SensorKind, TOLD_AS } from '../../runtime/sensors/index.ts'
import { tellSight } from './choose-sensor.ts'
import { typesOf } from './event-types.ts'
import { detectMessages } from './messages.ts'

/**
 * Says what a sensor cannot see of the rules. Of the sensor of our own only where there is something, and only of types that
 * rules name: it would be a long list for a rule about all events, which sees what there is.
 */
export function tellBlindness(
  kind: SensorKind,
  rules: readonly Rule[],
  tell: (line: string) => void,
  render: Render,
): void {
  const seen = SEEN_EVENTS[kind]
  const types = kind === 'ebpf' ? rules.flatMap(conditionsOf).flatMap(namedTypes) : [...typesOf(rules)]
  const blind = [...new Set(types.filter((type) => !seen.has(type)))].sort()
  const dead = rules.filter(({ condition }) => [...typesOf([{ condition }])].every((type) => !seen.has(type)))
  if (kind === 'ebpf' && blind.length === 0) return
  const blindness = detectMessages.make['blind-rules']({
    calls: blind,
    rules: dead.length,
    all: rules.length,
  })
  tellSight(kind, blindness, tell, render)
}

/** Types that a condition names, without those whose events the sensor tells as another one that is named as well. */
function namedTypes(condition: FilterNode): readonly string[] {
  const { kind, values } = possibleValues(condition, 'evt.type')
  if (kind === 'except') return []
  return [...values].filter((type) => !values.has(TOLD_AS[type] ?? ''))
}
