import { addContainerOptions, addInputOptions, collect } from '../behavior/define.ts'
import { behaviorText } from '../behavior/text.ts'
import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'
import { profileText as text } from './text.ts'

/** `haetae profile`. */
export function defineProfile({ program, language, finish }: Registration): void {
  const command = program.command('profile').description(text.profile[language])
  addInputOptions(command, language)
    .option('-r, --recording <files...>', text.recording[language])
    .option('--save <file>', text.save[language])
  addContainerOptions(command, language)
    .option('-m, --manifest <file>', text.manifest[language])
    .option('-o, --output <folder>', text.output[language])
    .option('--base <runtime>', text.base[language], 'containerd')
    .option('--architecture <name>', text.architecture[language], collect)
    .option('--user <uid>', text.user[language])
    .option('--log-mode', text.logMode[language])
    .option('--verify <profile>', text.verify[language])
    .option('--audit-log <file>', text.auditLog[language])
    .option('-f, --format <name>', behaviorText.format[language], 'text')
    .option('-q, --quiet', optionText.quiet[language])
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (options) => {
      const { profile } = await import('./command.ts')
      finish(await profile(options, language))
    })
}
