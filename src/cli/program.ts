import { Command } from 'commander'
import type { Language } from '../messages/index.ts'
import { defineAdmission } from './admission/define.ts'
import { defineAudit } from './audit/define.ts'
import { defineCapture } from './capture/define.ts'
import { defineChecks } from './checks/define.ts'
import { defineCompletion } from './completion/define.ts'
import { defineDetect } from './detect/define.ts'
import { defineEval } from './eval/define.ts'
import type { ExitStatus } from './exit.ts'
import { defineExplain } from './explain/define.ts'
import { defineGateway } from './gateway/define.ts'
import { defineHelp, tellUsageErrors, translateHelp } from './help.ts'
import { defineImmutability } from './immutability/define.ts'
import { defineLogin } from './login/define.ts'
import { defineProc } from './proc/define.ts'
import { defineProfile } from './profile/define.ts'
import { definePsp } from './psp/define.ts'
import { defineRules } from './rules/define.ts'
import { defineScan } from './scan/define.ts'
import { optionText, programText } from './text.ts'
import { defineTrace } from './trace/define.ts'
import { defineUp } from './up/define.ts'
import { defineUser } from './user/define.ts'
import { VERSION } from './version.ts'
import { defineWebhook } from './webhook/define.ts'

/** How a command hands its exit status back. */
export type Finish = (status: ExitStatus) => void

/** What each `define…` function is given: where to hang its command, the language of help, how to finish. */
export interface Registration {
  readonly program: Command
  readonly language: Language
  readonly finish: Finish
}

/**
 * The tree of commands. Only names, options and help stand here and in each `define.ts`; what a command does is
 * imported when it runs.
 *
 * @param language - the language of help and of usage errors
 * @param finish - told the exit status when a command is done
 */
export function createProgram(language: Language, finish: Finish): Command {
  const program = new Command('haetae')
  translateHelp(program, language)
  program
    .description(programText.description[language])
    .version(VERSION, '-V, --version', programText.version[language])
    .option('--lang <language>', optionText.lang[language])
    .helpOption('-h, --help', programText.help[language])
    .addHelpText('after', `\n${programText.examples[language]}`)
    .enablePositionalOptions()
  const registration: Registration = { program, language, finish }
  defineScan(registration)
  defineExplain(registration)
  defineChecks(registration)
  definePsp(registration)
  defineAudit(registration)
  defineRules(registration)
  defineDetect(registration)
  defineCapture(registration)
  defineProc(registration)
  defineImmutability(registration)
  defineProfile(registration)
  defineTrace(registration)
  defineAdmission(registration)
  defineUp(registration)
  defineGateway(registration)
  defineUser(registration)
  defineLogin(registration)
  defineWebhook(registration)
  defineEval(registration)
  defineCompletion(registration)
  defineHelp(registration)
  tellUsageErrors(program, language)
  return program
}
