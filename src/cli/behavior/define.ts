import type { Command } from 'commander'
import type { Language } from '../../messages/index.ts'
import { behaviorText as text } from './text.ts'

/** Gives a command the options that say where the events come from. */
export function addInputOptions(command: Command, language: Language): Command {
  return command
    .option('-e, --events <files...>', text.events[language])
    .option('--live', text.live[language])
    .option('--for <duration>', text.for[language])
}

/** Gives a command the options of the sensor, and those that choose containers. */
export function addContainerOptions(command: Command, language: Language): Command {
  return command
    .option('--sensor <kind>', text.sensor[language])
    .option('--container-runtime <socket>', text.containerRuntime[language])
    .option('--container <id>', text.container[language], collect)
    .option('--pod <name>', text.pod[language])
    .option('-c, --name <container>', text.name[language])
}

/** Values of a repeatable option, in the order given. */
export function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value]
}
