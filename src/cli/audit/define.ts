import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'
import { defineCollect } from './collect/define.ts'
import { defineCoverage } from './coverage/define.ts'
import { defineShow } from './show/define.ts'
import { auditText as text } from './text.ts'
import { defineVerify } from './verify/define.ts'

/** Values of a repeatable option, in the order given. */
function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value]
}

/** `haetae audit …`. */
export function defineAudit(registration: Registration): void {
  const { program, language, finish } = registration
  const audit = program.command('audit').description(text.audit[language])
  audit
    .command('lint <policies...>')
    .description(text.lint[language])
    .option('-f, --format <name>', text.lintFormat[language], 'text')
    .option('--fail-on <severity>', text.failOn[language], 'medium')
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (policies: string[], options) => {
      const { lintPolicies } = await import('./lint.ts')
      finish(await lintPolicies(policies, options, language))
    })
  audit
    .command('explain <policy>')
    .description(text.explain[language])
    .option('--user <name>', text.user[language])
    .option('--group <name>', text.group[language], collect)
    .option('--verb <verb>', text.verb[language])
    .option('--resource <resource>', text.resource[language])
    .option('--api-group <group>', text.apiGroup[language])
    .option('-n, --namespace <name>', text.namespace[language])
    .option('--name <name>', text.name[language])
    .option('--path <path>', text.path[language])
    .option('--request <json>', text.request[language])
    .option('-f, --format <name>', text.format[language], 'text')
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (policy: string, options) => {
      const { explainRequest } = await import('./explain.ts')
      finish(await explainRequest(policy, options, language))
    })
  audit
    .command('simulate <policy>')
    .description(text.simulate[language])
    .requiredOption('--log <file...>', text.log[language])
    .option('--against <policy>', text.against[language])
    .option('-f, --format <name>', text.format[language], 'text')
    .option('-q, --quiet', text.quiet[language])
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (policy: string, options) => {
      const { simulatePolicy } = await import('./simulate.ts')
      finish(await simulatePolicy(policy, options, language))
    })
  defineCoverage(audit, registration)
  defineShow(audit, registration)
  defineVerify(audit, registration)
  defineCollect(audit, registration)
}
