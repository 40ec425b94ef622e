import { comparedValues, conditionsOf, fieldsRead, type Rule } from '../../runtime/rules/index.ts'
import type { SensorWants } from '../../runtime/sensors/index.ts'

const HOST_NAMES: ReadonlySet<string> = new Set(['c', 's', 'l', 'r'].map((end) => `fd.${end}ip.name`))
const ENVIRONMENT = /^(?:proc\.a?env|evt\.arg(?:\.|\[)env)\b/
const SHOWN_ENVIRONMENT = /%(?:proc\.a?env|evt\.arg(?:\.|\[)env)\b/

/** What rules need besides events: names of hosts that are looked up, and environment variables. */
export function needsOf(rules: readonly Rule[]): Required<Pick<SensorWants, 'hostNames' | 'environment'>> {
  const conditions = rules.flatMap(conditionsOf)
  const hostNames = conditions.flatMap((condition) => comparedValues(condition, HOST_NAMES))
  return {
    hostNames: [...new Set(hostNames)],
    environment:
      conditions.some((condition) => fieldsRead(condition).some((field) => ENVIRONMENT.test(field))) ||
      rules.some(({ output }) => SHOWN_ENVIRONMENT.test(output)),
  }
}
